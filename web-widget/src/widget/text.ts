// Every word of the chat's own. The assistant's words come from the server.

export interface Words {
  lang: string;
  dir: "ltr" | "rtl";
  open: string;
  close: string;
  assistant: string;
  /** Stands until the server's own disclosure is here, and again when it cannot be reached. */
  disclosure: string;
  withPerson: (name: string) => string;
  person: string;
  personAsked: string;
  personHere: string;
  /** Before the first word. */
  empty: string;
  asking: string;
  // In the log, so still true tomorrow. Whether somebody is there stands in the status line, from `someone` or `nobody`.
  waitingAsked: string;
  waitingRule: string;
  waitingAgain: string;
  someone: (wait: string | null) => string;
  nobody: (by: string | null) => string;
  joined: (name: string) => string;
  backToBot: string;
  closed: string;
  removed: string;
  typing: string;
  automated: string;
  you: string;
  team: string;
  sources: string;
  newTab: string;
  sending: string;
  queued: string;
  sent: string;
  failed: string;
  tooLong: string;
  retry: string;
  discard: string;
  offline: string;
  stopped: string;
  full: string;
  slowDown: (wait: string) => string;
  busy: (wait: string) => string;
  conversation: string;
  message: string;
  send: string;
  left: (count: number) => string;
  over: (count: number) => string;
  unread: (count: number) => string;
}

const en: Words = {
  lang: "en",
  dir: "ltr",
  open: "Chat with us",
  close: "Close the chat",
  assistant: "Assistant",
  disclosure: "You are talking with an automated assistant. You can ask for a person at any time.",
  withPerson: (name) => `You are talking with ${name}, a person from our team.`,
  person: "Talk to a person",
  personAsked: "A person has been asked for",
  personHere: "A person is with you",
  empty: "Ask about an order, a return or one of our products.",
  asking: "Asking for a person",
  waitingAsked: "You asked for a person. You can keep writing.",
  waitingRule: "The assistant has asked for a person. You can keep writing.",
  waitingAgain: "You are back in the queue. You can keep writing.",
  someone: (wait) => "Someone from the team will answer here." + (wait === null ? "" : ` The wait is about ${wait}.`),
  nobody: (by) =>
    "Nobody from the team is here right now. Your request is kept." + (by === null ? "" : ` You will have an answer by ${by}.`),
  joined: (name) => `${name}, a person from our team, has joined.`,
  backToBot: "The automated assistant answers again.",
  closed: "This conversation has ended. Write again whenever you like.",
  removed: "This message was removed.",
  typing: "is typing",
  automated: "automated",
  you: "You",
  team: "Team",
  sources: "Source",
  newTab: "opens in a new tab",
  sending: "Sending…",
  queued: "Waiting for a connection",
  sent: "Sent",
  failed: "Not sent",
  tooLong: "Not sent: too long",
  retry: "Try again",
  discard: "Delete",
  offline: "No connection. What you write is kept and sent.",
  stopped: "The chat cannot go on here. Please reload the page.",
  full: "Too many messages are waiting to be sent. Please wait a moment.",
  slowDown: (wait) => `That was a lot at once. Nothing is lost; the next message goes out in ${wait}.`,
  busy: (wait) => `The desk is very busy. Nothing is lost; your message is sent again in ${wait}.`,
  conversation: "Conversation",
  message: "Write a message",
  send: "Send",
  left: (count) => `${count} characters left`,
  over: (count) => `${count} characters too many`,
  unread: (count) => (count === 1 ? "1 new message" : `${count} new messages`),
};

const de: Words = {
  lang: "de",
  dir: "ltr",
  open: "Chat öffnen",
  close: "Chat schließen",
  assistant: "Assistent",
  disclosure: "Du schreibst mit einem automatischen Assistenten. Du kannst jederzeit nach einem Menschen fragen.",
  withPerson: (name) => `Du schreibst mit ${name}, einem Menschen aus unserem Team.`,
  person: "Mit einem Menschen sprechen",
  personAsked: "Ein Mensch ist angefragt",
  personHere: "Ein Mensch ist bei dir",
  empty: "Frag nach einer Bestellung, einer Rücksendung oder einem Produkt.",
  asking: "Ein Mensch wird angefragt",
  waitingAsked: "Du hast nach einem Menschen gefragt. Du kannst weiterschreiben.",
  waitingRule: "Der Assistent hat nach einem Menschen gefragt. Du kannst weiterschreiben.",
  waitingAgain: "Du stehst wieder in der Reihe. Du kannst weiterschreiben.",
  someone: (wait) => "Jemand aus dem Team antwortet hier." + (wait === null ? "" : ` Die Wartezeit beträgt etwa ${wait}.`),
  nobody: (by) =>
    "Gerade ist niemand aus dem Team da. Deine Anfrage bleibt gespeichert." + (by === null ? "" : ` Eine Antwort kommt bis ${by}.`),
  joined: (name) => `${name}, ein Mensch aus unserem Team, ist jetzt da.`,
  backToBot: "Jetzt antwortet wieder der automatische Assistent.",
  closed: "Dieses Gespräch ist beendet. Schreib jederzeit wieder.",
  removed: "Diese Nachricht wurde entfernt.",
  typing: "schreibt",
  automated: "automatisch",
  you: "Du",
  team: "Team",
  sources: "Quelle",
  newTab: "öffnet sich in einem neuen Tab",
  sending: "Wird gesendet…",
  queued: "Wartet auf Verbindung",
  sent: "Gesendet",
  failed: "Nicht gesendet",
  tooLong: "Nicht gesendet: zu lang",
  retry: "Erneut versuchen",
  discard: "Löschen",
  offline: "Keine Verbindung. Was du schreibst, bleibt erhalten und wird gesendet.",
  stopped: "Der Chat kann hier nicht weitergehen. Bitte lade die Seite neu.",
  full: "Zu viele Nachrichten warten auf das Senden. Bitte warte einen Moment.",
  slowDown: (wait) => `Das war viel auf einmal. Nichts geht verloren; die nächste Nachricht geht in ${wait} hinaus.`,
  busy: (wait) => `Hier ist gerade sehr viel los. Nichts geht verloren; deine Nachricht wird in ${wait} erneut gesendet.`,
  conversation: "Gespräch",
  message: "Nachricht schreiben",
  send: "Senden",
  left: (count) => `Noch ${count} Zeichen`,
  over: (count) => `${count} Zeichen zu viel`,
  unread: (count) => (count === 1 ? "1 neue Nachricht" : `${count} neue Nachrichten`),
};

const ar: Words = {
  lang: "ar",
  dir: "rtl",
  open: "تحدث معنا",
  close: "إغلاق المحادثة",
  assistant: "المساعد",
  disclosure: "أنت تتحدث مع مساعد آلي. يمكنك طلب التحدث مع شخص في أي وقت.",
  withPerson: (name) => `أنت تتحدث مع ${name} من فريقنا.`,
  person: "التحدث مع شخص",
  personAsked: "تم طلب شخص",
  personHere: "معك شخص من الفريق",
  empty: "اسأل عن طلب أو إرجاع أو أحد منتجاتنا.",
  asking: "جارٍ طلب شخص",
  waitingAsked: "لقد طلبت التحدث مع شخص. يمكنك متابعة الكتابة.",
  waitingRule: "طلب المساعد الآلي شخصًا من الفريق. يمكنك متابعة الكتابة.",
  waitingAgain: "عدت إلى قائمة الانتظار. يمكنك متابعة الكتابة.",
  someone: (wait) => "سيرد عليك أحد أعضاء الفريق هنا." + (wait === null ? "" : ` مدة الانتظار التقريبية: ${wait}.`),
  nobody: (by) => "لا يوجد أحد من الفريق هنا الآن. طلبك محفوظ." + (by === null ? "" : ` سيصلك الرد قبل ${by}.`),
  joined: (name) => `انضم ${name} من فريقنا إلى المحادثة.`,
  backToBot: "المساعد الآلي يجيب من جديد.",
  closed: "انتهت هذه المحادثة. اكتب لنا متى شئت.",
  removed: "تمت إزالة هذه الرسالة.",
  typing: "يكتب",
  automated: "آلي",
  you: "أنت",
  team: "الفريق",
  sources: "المصدر",
  newTab: "يفتح في علامة تبويب جديدة",
  sending: "جارٍ الإرسال…",
  queued: "في انتظار الاتصال",
  sent: "أُرسلت",
  failed: "لم تُرسل",
  tooLong: "لم تُرسل: النص طويل جدًا",
  retry: "إعادة المحاولة",
  discard: "حذف",
  offline: "لا يوجد اتصال. ما تكتبه محفوظ وسيُرسل.",
  stopped: "لا يمكن متابعة المحادثة هنا. يرجى إعادة تحميل الصفحة.",
  full: "هناك رسائل كثيرة تنتظر الإرسال. يرجى الانتظار قليلًا.",
  slowDown: (wait) => `رسائل كثيرة دفعة واحدة. لن يضيع شيء؛ ستُرسل الرسالة التالية خلال ${wait}.`,
  busy: (wait) => `الضغط كبير الآن. لن يضيع شيء؛ ستُرسل رسالتك من جديد خلال ${wait}.`,
  conversation: "المحادثة",
  message: "اكتب رسالة",
  send: "إرسال",
  left: (count) => `الأحرف المتبقية: ${count}`,
  over: (count) => `عدد الأحرف الزائدة: ${count}`,
  unread: (count) => `رسائل جديدة: ${count}`,
};

/** The words for a BCP 47 locale; English where we have none. */
export function wordsFor(locale: string): Words {
  const language = locale.toLowerCase().split("-")[0];
  return language === "de" ? de : language === "ar" ? ar : en;
}

/** A time to wait in words, rounded up: "3 seconds", "2 minutes". */
export function span(seconds: number, { lang }: Words): string {
  const minutes = seconds > 90;
  const count = Math.max(1, Math.ceil(minutes ? seconds / 60 : seconds));
  return new Intl.NumberFormat(lang, { style: "unit", unit: minutes ? "minute" : "second", unitDisplay: "long" }).format(count);
}
