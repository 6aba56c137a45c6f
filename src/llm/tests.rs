use super::*;

/// A question to two sources: returns, and delivery.
pub(super) fn ask(question: &str) -> Ask {
    let source = |name: &str, title: &str, text: &str| Source {
        name: name.into(),
        title: title.into(),
        text: text.into(),
        url: Some(format!("https://shop.example/help/{name}")),
    };
    Ask {
        conversation: "c".into(),
        visitor: "v".into(),
        question: question.into(),
        locale: "en".into(),
        locales: vec!["en".into(), "de".into()],
        shop: "Pine & Co".into(),
        assistant: "Fern".into(),
        sources: vec![
            source("returns", "Returns", "You can return everything within 30 days. Returns are free."),
            source("delivery", "Delivery", "Delivery takes 3 days and costs 4.90 €."),
        ],
        ..Ask::default()
    }
}
