// The shelves: intents and articles, to be searched.

import { useId } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { followed, pathOf } from "../../route";
import { count } from "../parts/format";
import { badges, matches, type ArticleRow, type Badge, type Content, type IntentRow } from "./content";

export interface Filter {
  words: string;
  category: string;
  locale: string;
  badge: string;
}

interface ListProps {
  content: Content;
  filter: Filter;
  change: (filter: Filter) => void;
}

export const intentHref = (name: string): string => `${pathOf.content}/intents/${encodeURIComponent(name)}`;
export const articleHref = (id: string, locale: string): string => `${pathOf.content}/articles/${encodeURIComponent(id)}?${new URLSearchParams({ locale })}`;
export const today = (): string => new Date().toISOString().slice(0, 10);

export function IntentList({ content, filter, change }: ListProps) {
  const shown = content.intents.filter(
    ({ name, title, category }) => matches(filter.words, name, title, category) && (filter.category === "" || category === filter.category),
  );
  return (
    <>
      <Search filter={filter} change={change} found={shown.length} of={content.intents.length}>
        <Pick label="Category" value={filter.category} options={categories(content.intents)} change={(category) => change({ ...filter, category })} />
      </Search>
      <ul class="ct-rows">
        {shown.map((intent) => (
          <IntentItem key={intent.name} intent={intent} />
        ))}
      </ul>
    </>
  );
}

function IntentItem({ intent: { name, title, category, examples, form, action, hands_over } }: { intent: IntentRow }) {
  const counts = Object.entries(examples).map(([locale, number]) => `${count(number)} ${locale}`);
  return (
    <li>
      <a class="ct-row" href={intentHref(name)} onClick={followed}>
        <span class="ct-title">
          {title ?? name} <code>{name}</code>
        </span>
        <span class="ct-tags">
          {form && <span class="tag">asks for details</span>}
          {hands_over && <span class="tag">calls a person</span>}
          {action !== null && <span class="tag">{action}</span>}
          {category !== null && <span class="tag">{category}</span>}
        </span>
        <span class="hint ct-count">{counts.join(" · ")} examples</span>
      </a>
    </li>
  );
}

const BADGES: (Badge | "published")[] = ["published", "draft", "archived", "expired", "review due", "signed in", "agents only"];

export function ArticleList({ content, filter, change }: ListProps) {
  const day = today();
  const has = (article: ArticleRow, badge: string) => (badge === "published" ? article.status === badge : badges(article, day).some((found) => found === badge));
  const shown = content.articles.filter(
    (article) =>
      matches(filter.words, article.id, article.title, article.category, article.file) &&
      (filter.category === "" || article.category === filter.category) &&
      (filter.locale === "" || article.locale === filter.locale) &&
      (filter.badge === "" || has(article, filter.badge)),
  );
  return (
    <>
      <Search filter={filter} change={change} found={shown.length} of={content.articles.length}>
        <Pick label="Language" value={filter.locale} options={content.settings.locales} change={(locale) => change({ ...filter, locale })} />
        <Pick label="Category" value={filter.category} options={categories(content.articles)} change={(category) => change({ ...filter, category })} />
        <Pick label="State" value={filter.badge} options={BADGES} change={(badge) => change({ ...filter, badge })} />
      </Search>
      <ul class="ct-rows">
        {shown.map((article) => (
          <ArticleItem key={`${article.locale}/${article.id}`} article={article} day={day} />
        ))}
      </ul>
    </>
  );
}

function ArticleItem({ article, day }: { article: ArticleRow; day: string }) {
  const { id, title, locale, category, questions, passages } = article;
  return (
    <li>
      <a class="ct-row" href={articleHref(id, locale)} onClick={followed}>
        <span class="ct-title" lang={locale} dir="auto">
          {title}
        </span>
        <span class="ct-tags">
          <Badges found={badges(article, day)} />
          {category !== null && <span class="tag">{category}</span>}
          <span class="tag">{locale}</span>
        </span>
        <span class="hint ct-count">
          {count(passages)} {passages === 1 ? "passage" : "passages"} · {count(questions)} {questions === 1 ? "question" : "questions"}
        </span>
      </a>
    </li>
  );
}

const GRAVE: readonly Badge[] = ["expired", "review due"];

export function Badges({ found }: { found: Badge[] }) {
  return (
    <>
      {found.map((badge) => (
        <span key={badge} class={GRAVE.includes(badge) ? "tag ct-grave" : "tag ct-badge"}>
          {badge}
        </span>
      ))}
    </>
  );
}

interface SearchProps {
  filter: Filter;
  change: (filter: Filter) => void;
  found: number;
  of: number;
  children: ComponentChildren;
}

function Search({ filter, change, found, of, children }: SearchProps) {
  const id = useId();
  return (
    <div class="ct-search" role="search">
      <label class="unseen" for={id}>
        Search
      </label>
      <input id={id} class="input" type="search" placeholder="Search" value={filter.words} onInput={(event) => change({ ...filter, words: event.currentTarget.value })} />
      {children}
      <p class="hint" role="status">
        {found === of ? "" : `${count(found)} of ${count(of)}`}
      </p>
    </div>
  );
}

function Pick({ label, value, options, change }: { label: string; value: string; options: readonly string[]; change: (value: string) => void }) {
  return (
    <label class="ct-pick">
      <span class="unseen">{label}</span>
      <select class="input" value={value} onChange={(event) => change(event.currentTarget.value)}>
        <option value="">{label}: any</option>
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}

const categories = (rows: readonly { category: string | null }[]): string[] => [...new Set(rows.flatMap(({ category }) => category ?? []))].sort();
