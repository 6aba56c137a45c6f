//! Properties of the pure core over any sequence of commands.

use std::time::Duration;

use frontdesk::domain::{
    Author, Body, ChoiceMade, Command, Conversation, DialogueState, EventKind, HandoffOrder, MAX_PENDING, Phase,
    Reason, ReplyDraft, Timestamp, TurnResult, decide,
};
use proptest::prelude::*;

const IDLE: Duration = Duration::from_secs(1800);

#[derive(Debug, Clone)]
enum Deed {
    Say(Option<&'static str>),
    Human,
    End,
    Rate(u8),
    Helped(u64, bool),
    Finish(bool, bool),
    CloseIdle,
    Wait(i64),
}

fn deed() -> impl Strategy<Value = Deed> {
    let send = prop_oneof![
        4 => Just(None),
        1 => Just(Some("/helped")),
        1 => Just(Some("/more_help")),
        1 => Just(Some("/back_to_bot")),
    ];
    prop_oneof![
        5 => send.prop_map(Deed::Say),
        1 => Just(Deed::Human),
        1 => Just(Deed::End),
        1 => (0..7_u8).prop_map(Deed::Rate),
        1 => (0..40_u64, any::<bool>()).prop_map(|(of, yes)| Deed::Helped(of, yes)),
        6 => (any::<bool>(), any::<bool>()).prop_map(|(first, handoff)| Deed::Finish(first, handoff)),
        1 => Just(Deed::CloseIdle),
        2 => (0..4_000_000_i64).prop_map(Deed::Wait),
    ]
}

fn command(deed: &Deed, state: &Conversation) -> Command {
    match deed {
        Deed::Say(send) => {
            let choice = send.map(|send| ChoiceMade { of: 1, index: 0, send: Some(send.to_owned()) });
            Command::Say { client_id: None, body: Body { choice, ..Body::text("words") }, locale: None }
        }
        Deed::Human => Command::Human { notice: Body::text("noted") },
        Deed::End => Command::End,
        Deed::Rate(score) => Command::Rate { score: *score, comment: None },
        Deed::Helped(of, yes) => Command::Helped { of: *of, yes: *yes },
        Deed::Finish(first, handoff) => {
            let question = if *first { state.pending.first() } else { state.pending.last() };
            let handoff = handoff.then_some(HandoffOrder { reason: Reason::Rule });
            Command::FinishTurn(Box::new(TurnResult {
                question: question.copied().unwrap_or(7),
                reply: ReplyDraft { body: Some(Body::text("a reply")), handoff },
                trace: serde_json::Value::Null,
                dialogue: DialogueState::default(),
            }))
        }
        Deed::CloseIdle | Deed::Wait(_) => Command::CloseIdle,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_sequence_leaves_no_hole_one_phase_and_one_reply_a_question(deeds in prop::collection::vec(deed(), 0..80)) {
        let (mut state, mut events, mut staff, mut now) = (Conversation::default(), Vec::new(), Vec::new(), 1_i64);
        for deed in &deeds {
            if let Deed::Wait(time) = deed {
                now += time;
            }
            let Ok(decision) = decide(&state, &command(deed, &state), Timestamp(now), IDLE) else { continue };
            let phases = decision.events.iter().filter(|kind| matches!(kind, EventKind::Phase { .. })).count();
            prop_assert!(phases <= 2);
            let replies = decision.events.iter().filter(|kind| matches!(kind, EventKind::Said { by: Author::Bot, .. })).count();
            prop_assert!(replies <= 1);
            let mut phase = state.phase;
            for kind in &decision.events {
                if let EventKind::Phase { phase: next, .. } = kind {
                    prop_assert!(phase.to(*next).is_ok(), "{phase:?} to {next:?}");
                    phase = *next;
                }
            }
            let taken = state.take(decision, Timestamp(now));
            events.extend(taken.events);
            staff.extend(taken.staff);
            prop_assert!(state.pending.len() <= MAX_PENDING + 1);
            prop_assert!(state.pending.is_sorted());
        }
        prop_assert!(events.iter().map(|event| event.seq).eq(1..=state.head));
        prop_assert_eq!(Conversation::fold(&events, &staff), state.clone());
        let json = serde_json::to_string(&state).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<Conversation>(&json).expect("read"), state.clone());
        if state.phase == Phase::Bot && events.is_empty() {
            prop_assert_eq!(state.head, 0);
        }
    }
}
