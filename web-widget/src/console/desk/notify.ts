// Telling an agent that somebody needs them: the title, a sound and the browser's own notices, until it is taken.

import { useEffect, useRef, useState } from "preact/hooks";
import { go, pathOf } from "../route";
import { unread, type State } from "./state";
import { aboutOf, handover } from "./words";

/** While a chat waits, it is rung for again. */
const RING_AGAIN_MS = 30_000;
const TITLE = "frontdesk";
const SOUND = "frontdesk.desk.sound";
const NOTICES = "frontdesk.desk.notices";

export interface Ringing {
  sound: boolean;
  setSound: (on: boolean) => void;
  notices: "on" | "off" | "refused" | "none";
  setNotices: (on: boolean) => void;
  /** For the live region. */
  said: string;
}

export function useRinging(state: State, visible: boolean): Ringing {
  const [sound, keepSound] = useState(kept(SOUND));
  const [notices, keepNotices] = useState<Ringing["notices"]>(noticesNow());
  const [said, setSaid] = useState("");
  const known = useRef<Map<string, number> | null>(null);
  const rung = useRef(0);

  const calls = callsOf(state);
  const total = [...calls.values()].reduce((sum, count) => sum + count, 0);
  useEffect(() => {
    document.title = total > 0 ? `(${total}) ${TITLE}` : TITLE;
    return () => void (document.title = TITLE);
  }, [total]);

  const mark = [...calls].map((call) => call.join(":")).join(" ");
  useEffect(() => {
    if (state.rows === null) return;
    const before = known.current;
    known.current = calls;
    // What stood there when one came is seen in the list.
    if (before === null) return;
    const fresh = [...calls].find(([id, count]) => count > (before.get(id) ?? 0));
    if (fresh === undefined) return;
    const [id] = fresh;
    const row = state.rows.find((row) => row.conversation === id);
    const words = row === undefined ? "A shopper wrote" : row.phase === "waiting" ? `A new chat waits: ${aboutOf(row)}` : `News in your chat: ${aboutOf(row)}`;
    setSaid(row?.reason === undefined ? words : `${words}, ${handover(row.reason)}`);
    rung.current = Date.now();
    if (sound) ring();
    // The shopper's words stay in this page: a notice is shown over locked screens.
    if (notices === "on" && !visible) notice(row?.phase === "waiting" ? "A chat waits for a person" : "News in one of your chats", id);
  }, [mark, state.rows === null]);

  useEffect(() => {
    if (!sound || total === 0 || state.presence === "away") return;
    const timer = setInterval(() => {
      if (Date.now() - rung.current < RING_AGAIN_MS) return;
      rung.current = Date.now();
      ring();
    }, 1000);
    return () => clearInterval(timer);
  }, [sound, total > 0, state.presence]);

  return {
    sound,
    setSound: (on) => {
      keep(SOUND, on);
      keepSound(on);
      if (on) ring();
    },
    notices,
    setNotices: (on) => {
      keep(NOTICES, on);
      if (!on || notices === "none") return keepNotices(noticesNow());
      void Notification.requestPermission().then(() => keepNotices(noticesNow()));
    },
    said,
  };
}

/** Chats that need somebody: each that waits counts as one, each of one's own as what was not seen of it. */
function callsOf(state: State): Map<string, number> {
  const calls = new Map<string, number>();
  for (const row of state.rows ?? []) {
    const chat = state.chats[row.conversation];
    if (row.phase === "waiting") calls.set(row.conversation, 1);
    else if (row.agent?.id === state.user?.id) {
      const news = chat === undefined ? 0 : unread(chat);
      const count = news > 0 ? news : chat?.opened === true ? 0 : 1;
      if (count > 0) calls.set(row.conversation, count);
    }
  }
  return calls;
}

let sounds: AudioContext | null = null;

/** Two soft tones. A browser that keeps quiet until one has pressed something stays quiet. */
function ring(): void {
  try {
    sounds ??= new AudioContext();
    void sounds.resume();
    for (const [at, pitch] of [[0, 660], [0.16, 880]] as const) {
      const begin = sounds.currentTime + at;
      const tone = sounds.createOscillator();
      const volume = sounds.createGain();
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0, begin);
      volume.gain.linearRampToValueAtTime(0.12, begin + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, begin + 0.35);
      tone.connect(volume).connect(sounds.destination);
      tone.start(begin);
      tone.stop(begin + 0.4);
    }
  } catch {
    // No sound here.
  }
}

function notice(title: string, conversation: string): void {
  try {
    const shown = new Notification(title, { tag: conversation });
    shown.onclick = () => {
      window.focus();
      go(pathOf.conversation(conversation));
      shown.close();
    };
  } catch {
    // Phones know the permission and refuse the notice.
  }
}

function noticesNow(): Ringing["notices"] {
  if (typeof Notification === "undefined") return "none";
  if (Notification.permission === "denied") return "refused";
  return Notification.permission === "granted" && kept(NOTICES) ? "on" : "off";
}

function kept(key: string): boolean {
  try {
    return localStorage.getItem(key) === "on";
  } catch {
    return false;
  }
}

function keep(key: string, on: boolean): void {
  try {
    localStorage.setItem(key, on ? "on" : "off");
  } catch {
    // It holds for as long as the page does.
  }
}
