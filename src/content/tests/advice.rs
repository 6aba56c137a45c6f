//! Files that are not broken and that the assistant will mix up all the same.

use super::*;
use crate::content::Config;

fn advice(files: &ShopFiles) -> Vec<String> {
    let (loaded, faults) = files.check();
    let loaded = loaded.unwrap_or_else(|| panic!("{faults:?}"));
    let without_encoder = Encodings::new(Config::off(), None);
    loaded.advice(&without_encoder, &|_, _| ()).iter().map(ToString::to_string).collect()
}

fn human(more: &str) -> String {
    HUMAN.replacen("    - agent\n", &format!("    - agent\n{more}"), 1)
}

#[test]
fn a_good_shop_gets_no_advice() {
    assert_eq!(advice(&ShopFiles::new()), Vec::<String>::new());
}

#[test]
fn examples_that_say_the_same_are_told_with_both_places() {
    let files = ShopFiles::new();
    let said = "good morning to all of you in the shop";
    let greet = GREET.replacen("    - hello\n", &format!("    - hello\n    - {said}\n"), 1);
    files.write("intents/greet.yaml", &greet);
    files.write("intents/contact_human_agent.yaml", &human(&format!("    - {said}s\n")));
    let told = [
        "intents/contact_human_agent.yaml:10:5: warning: `good morning to all of you in the shops` has nearly the same words as \
         `good morning to all of you in the shop` in the intent `greet` (intents/greet.yaml:7); keep the one that belongs where it is and reword or remove the other; if both belong, \
         write this one under `not_examples` of `greet`, too",
    ];
    assert_eq!(advice(&files), told);
    let near_miss = "not_examples:\n  en: |\n    - Good morning to all of you in the shops\nresponses:";
    let settled = greet.replacen("responses:", near_miss, 1);
    files.write("intents/greet.yaml", &settled);
    assert_eq!(advice(&files), Vec::<String>::new(), "the author has settled it");
}

#[test]
fn intents_that_are_taken_for_one_another_are_told_with_a_line() {
    let files = ShopFiles::new();
    let lines = |rest: usize| -> String {
        (0..12).map(|at| 2 * at + rest).map(|n| format!("    - {n}{n}{n} is about my blue lamp\n")).collect()
    };
    files.write("intents/contact_human_agent.yaml", &human(&lines(0)));
    files.write("intents/greet.yaml", &GREET.replacen("    - hello\n", &format!("    - hello\n{}", lines(1)), 1));
    let told = advice(&files);
    let confused: Vec<&String> = told.iter().filter(|line| line.contains("are taken for")).collect();
    assert_eq!(confused.len(), 1, "{told:#?}");
    assert!(confused[0].contains("of 22 examples of `"), "{confused:?}");
    assert!(confused[0].contains("when they are left out of training, such as `"), "{confused:?}");
    assert!(told.iter().all(|line| line.starts_with("intents/") && line.contains(": warning: ")), "{told:#?}");
}

#[test]
fn what_the_check_warns_of_is_there_too() {
    let files = ShopFiles::new();
    files.write("intents/contact_human_agent.yaml", &human("    - Agent!\n"));
    let told = advice(&files);
    let expected = "intents/contact_human_agent.yaml:10:5: warning: this example is here a second time; the first is in line 9; remove it";
    assert_eq!(told, [expected]);
}
