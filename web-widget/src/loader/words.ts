// The loader's few words: on the button (and the frame), before a count of messages, and when nothing comes.
// The chat brings its own.

export type Words = readonly [open: string, unread: string, unreachable: string];

const ALL: Readonly<Record<string, Words>> = {
  de: ["Chat öffnen", "Neue Nachrichten:", "Chat nicht erreichbar"],
  ar: ["تحدث معنا", "رسائل جديدة:", "تعذّر الاتصال"],
};
const ENGLISH: Words = ["Chat with us", "New messages:", "Chat cannot be reached"];

export const languageOf = (locale: string): string => locale.slice(0, 2).toLowerCase();
export const wordsFor = (locale: string): Words => ALL[languageOf(locale)] ?? ENGLISH;
