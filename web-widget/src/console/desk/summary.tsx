// A line of the summary that a rule has written. It names articles by their ids; whoever reads it knows them by their titles.

import { useEffect, useState } from "preact/hooks";
import { get } from "../api";
import { summarised } from "./words";

const titles = new Map<string, Promise<string | null>>();

/** Asked for once: the queue may name the same article in every row. */
function titleOf(id: string): Promise<string | null> {
  const asked = titles.get(id);
  if (asked !== undefined) return asked;
  const asking = get<{ title: string }>(`/api/content/articles/${encodeURIComponent(id)}`).then(
    ({ title }) => title,
    () => {
      titles.delete(id);
      return null;
    },
  );
  titles.set(id, asking);
  return asking;
}

export function SummaryLine({ line }: { line: string }) {
  return (
    <>
      {line.split(/article:([\w.-]+)/).map((part, at) =>
        at % 2 === 0 ? summarised(part) : <ArticleTitle key={at} id={part} />,
      )}
    </>
  );
}

function ArticleTitle({ id }: { id: string }) {
  const [title, setTitle] = useState<string | null>(null);
  useEffect(() => {
    let there = true;
    void titleOf(id).then((title) => there && setTitle(title));
    return () => void (there = false);
  }, [id]);
  return (
    <>
      “<bdi>{title ?? id.replaceAll("-", " ")}</bdi>”
    </>
  );
}
