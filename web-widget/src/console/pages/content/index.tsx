// Content: what the assistant knows, as it is live, and a place to try it.

import { useState } from "preact/hooks";
import type { PageProps } from "../../app";
import { pathOf } from "../../route";
import { useAsked } from "../parts/asked";
import { Failure } from "../parts/failure";
import { count } from "../parts/format";
import { useSearch } from "../parts/search";
import { Tabs } from "../parts/tabs";
import { ArticleView } from "./article";
import type { Content } from "./content";
import { IntentView } from "./intent";
import { ArticleList, IntentList, type Filter } from "./lists";
import { Live } from "./live";
import { TryIt } from "./try";
import "./content.css";

/** Whoever saves a file sees within this time what came of it. */
const LOOK_MS = 5000;

export default function ContentPage({ rest }: PageProps) {
  const content = useAsked<Content>("/api/content", LOOK_MS);
  const { value, why, again } = content;
  return (
    <div class="page ct">
      <header class="ct-head">
        <h1>Content</h1>
        {value !== null && <Live content={value} why={why} />}
      </header>
      {value === null && (why === null ? <p class="quiet">Reading…</p> : <Failure why={why} again={again} />)}
      {value !== null && (
        <div class={rest === "" || rest === "articles" ? "ct-sides" : "ct-sides ct-one"}>
          <TryIt content={value} />
          <Shelf content={value} rest={rest} />
        </div>
      )}
    </div>
  );
}

function Shelf({ content, rest }: { content: Content; rest: string }) {
  const [filter, setFilter] = useState<Filter>({ words: "", category: "", locale: "", badge: "" });
  const search = useSearch();
  const [kind, name = ""] = splitOnce(rest);
  const articles = kind === "articles";
  return (
    <section class="ct-shelf" aria-label="What is live">
      <Tabs
        label="Content"
        tabs={[
          { title: `Intents (${count(content.intents.length)})`, href: pathOf.content, here: !articles },
          { title: `Articles (${count(content.articles.length)})`, href: `${pathOf.content}/articles`, here: articles },
        ]}
      />
      {name === "" && articles && <ArticleList content={content} filter={filter} change={setFilter} />}
      {name === "" && !articles && <IntentList content={content} filter={filter} change={setFilter} />}
      {/* A new version is read anew. */}
      {name !== "" && articles && <ArticleView key={`${content.hash} ${name} ${search.get("locale")}`} id={name} locale={search.get("locale")} content={content} />}
      {name !== "" && !articles && <IntentView key={`${content.hash} ${name}`} name={name} />}
    </section>
  );
}

function splitOnce(path: string): [string, string | undefined] {
  const at = path.indexOf("/");
  return at < 0 ? [path, undefined] : [path.slice(0, at), path.slice(at + 1)];
}

