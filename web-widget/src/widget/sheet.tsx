/** @jsxImportSource ./ui */
// What lies over the conversation for a while: the menu, the question before all is deleted, a passage of an article.

import type { JSX } from "./ui/jsx-runtime";
import type { Child } from "./ui";
import { useEffect, useRef, useState } from "./ui";
import type { Act, Citation } from "../shared/protocol";
import type { Chat } from "./chat";
import { Back } from "./icons";
import { Passage } from "./passage";
import type { Words } from "./text";

export type Over = { is: "menu" } | { is: "passage"; citation: Citation };

interface Props {
  chat: Chat;
  words: Words;
  onBack: () => void;
}

export function Sheet({ over, ...rest }: Props & { over: Over }): JSX.Element {
  return over.is === "menu" ? <Menu {...rest} /> : <Passage citation={over.citation} {...rest} />;
}

interface FrameProps {
  title: string;
  words: Words;
  onBack: () => void;
  children: Child;
}

export function SheetFrame({ title, words, onBack, children }: FrameProps): JSX.Element {
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => back.current?.focus(), []);
  return (
    <section class="fd-sheet" aria-labelledby="fd-over">
      <header class="fd-head">
        <button ref={back} type="button" class="fd-icon" aria-label={words.back} onClick={onBack}>
          <Back />
        </button>
        <h2 id="fd-over" dir="auto">
          {title}
        </h2>
      </header>
      <div class="fd-body" tabIndex={0}>
        {children}
      </div>
    </section>
  );
}

function Menu({ chat, words, onBack }: Props): JSX.Element {
  const [sure, setSure] = useState(false);
  const { events, phase } = chat.state;
  const act = (act: Act) => (): void => {
    chat.act(act);
    onBack();
  };
  const none = events.length === 0;
  if (sure) {
    return (
      <SheetFrame key="sure" title={words.erase} words={words} onBack={() => setSure(false)}>
        <p>{words.eraseSure}</p>
        <button type="button" class="fd-button fd-grave" onClick={act({ act: "erase" })}>
          {words.eraseNow}
        </button>
      </SheetFrame>
    );
  }
  return (
    <SheetFrame key="menu" title={words.more} words={words} onBack={onBack}>
      {none && <p class="fd-line">{words.nothingYet}</p>}
      {!none && phase !== "closed" && <Deed name={words.end} hint={words.endHint} onClick={act({ act: "end" })} />}
      {!none && <Deed name={words.copy} hint={words.copyHint} onClick={act({ act: "export" })} />}
      {!none && <Deed name={words.erase} hint={words.eraseHint} onClick={() => setSure(true)} />}
    </SheetFrame>
  );
}

function Deed({ name, hint, onClick }: { name: string; hint: string; onClick: () => void }): JSX.Element {
  return (
    <button type="button" class="fd-deed" onClick={onClick}>
      <b>{name}</b>
      <span>{hint}</span>
    </button>
  );
}
