/** @jsxImportSource ./ui */
// The passage an answer was taken from, read without leaving the chat.

import type { JSX } from "./ui/jsx-runtime";
import { useEffect, useRef, useState } from "./ui";
import type { Citation } from "../shared/protocol";
import { safeUrl } from "../shared/link";
import { blocksOf } from "./blocks";
import { Link } from "./messages";
import { SheetFrame } from "./sheet";
import type { Words } from "./text";

interface Article {
  title: string;
  url: string | null;
  passages: { anchor: string; title: string; text: string }[];
}

interface Props {
  citation: Citation;
  words: Words;
  onBack: () => void;
}

export function Passage({ citation, words, onBack }: Props): JSX.Element {
  const { article: id, anchor, title } = citation;
  const [article, setArticle] = useState<Article | "loading" | null>("loading");
  const cited = useRef<HTMLElement>(null);
  useEffect(() => {
    const leave = new AbortController();
    read(id, words.lang, leave.signal).then(setArticle, () => leave.signal.aborted || setArticle(null));
    return () => leave.abort();
  }, [id, words]);
  useEffect(() => void cited.current?.scrollIntoView({ block: "start" }), [article]);

  const there = article === "loading" ? null : article;
  const url = safeUrl(there?.url || citation.url);
  return (
    <SheetFrame title={there?.title ?? title} words={words} onBack={onBack}>
      <p role="status">{article === "loading" ? words.loading : there === null && words.unreadable}</p>
      {there?.passages.map((passage) => {
        const is = passage.anchor === anchor;
        return (
          <article key={passage.anchor} ref={is ? cited : null} class={is ? "fd-cited" : ""} dir="auto">
            <h3>{passage.title}</h3>
            {blocksOf(passage.text).map(({ is: Tag, lines }) => (
              <Tag>{Tag === "p" ? lines : lines.map((line) => <li>{line}</li>)}</Tag>
            ))}
          </article>
        );
      })}
      {url !== null && (
        <p>
          <Link url={url} words={words} children={words.openPage} />
        </p>
      )}
    </SheetFrame>
  );
}

/** Fails on anything that is no article: the server may be an older one, or not there. */
async function read(id: string, locale: string, signal: AbortSignal): Promise<Article> {
  const response = await fetch(`/v1/articles/${encodeURIComponent(id)}?locale=${locale}`, { signal });
  const article: unknown = response.ok ? await response.json() : null;
  if (article === null || typeof article !== "object" || !("passages" in article) || !Array.isArray(article.passages)) throw new Error("no article");
  return article as Article;
}
