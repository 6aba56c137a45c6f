//! The order of a socket's says: what was refused and may come again is not overtaken.

use super::Refusal;

/// What a socket has said, and where it was stopped.
#[derive(Debug, Default)]
pub struct SayOrder {
    says: u64,
    blocked: Option<Blocked>,
}

// A say that was refused and may come again: until it does, later ones get the same answer.
#[derive(Debug)]
struct Blocked {
    number: u64,
    client_id: String,
    refusal: Refusal,
}

impl SayOrder {
    /// The number of the say `client_id`.
    ///
    /// # Errors
    /// The refusal of an earlier one that has to come again first, without the name of a request.
    pub fn admit(&mut self, client_id: &str) -> Result<u64, Refusal> {
        if let Some(blocked) = self.blocked.as_ref().filter(|blocked| blocked.client_id != client_id) {
            return Err(Refusal { re: None, ..blocked.refusal.clone() });
        }
        self.blocked = None;
        self.says += 1;
        Ok(self.says)
    }

    /// The say with `number` was refused. The earliest that may come again is the one that has to come first.
    pub fn refused(&mut self, number: u64, client_id: &str, refusal: &Refusal) {
        if refusal.retry && self.blocked.as_ref().is_none_or(|blocked| number < blocked.number) {
            self.blocked = Some(Blocked { number, client_id: client_id.to_owned(), refusal: refusal.clone() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Code;

    fn refusal(message: &str, retry: bool) -> Refusal {
        Refusal { re: Some("7".into()), code: Code::Busy, message: message.into(), retry, after_ms: None }
    }

    #[test]
    fn the_earliest_refused_say_comes_first() {
        let mut order = SayOrder::default();
        let numbers = ["a", "b", "c"].map(|id| order.admit(id).expect("nothing was refused"));
        assert_eq!(numbers, [1, 2, 3]);
        order.refused(2, "b", &refusal("second", true));
        order.refused(3, "c", &refusal("third", true));
        assert_eq!(order.admit("c"), Err(Refusal { re: None, ..refusal("second", true) }));
        assert_eq!(order.admit("b"), Ok(4));
        assert_eq!(order.admit("c"), Ok(5));
    }

    #[test]
    fn what_is_refused_for_good_holds_nothing_up() {
        let mut order = SayOrder::default();
        assert_eq!(order.admit("a"), Ok(1));
        order.refused(1, "a", &refusal("too long", false));
        assert_eq!(order.admit("b"), Ok(2));
    }
}
