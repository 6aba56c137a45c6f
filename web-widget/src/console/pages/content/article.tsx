// One article, as it is live.

import { sentence } from "../../api";
import { followed, pathOf } from "../../route";
import { safeUrl } from "../../../shared/link";
import { useAsked } from "../parts/asked";
import { Failure } from "../parts/failure";
import { badges, type Article, type Content } from "./content";
import { Lines, Section, Title } from "./intent";
import { articleHref, Badges, today } from "./lists";

export function ArticleView({ id, locale, content }: { id: string; locale: string | null; content: Content }) {
  const search = locale === null ? "" : `?${new URLSearchParams({ locale })}`;
  const { value: article, why, again } = useAsked<Article>(`/api/content/articles/${encodeURIComponent(id)}${search}`);
  if (article === null) return why === null ? <p class="quiet">Reading…</p> : <Failure why={why} again={again} />;
  const others = content.articles.filter((row) => row.id === id && row.locale !== article.locale);
  const url = safeUrl(article.url ?? undefined);
  return (
    <article class="ct-detail">
      <Title title={article.title} file={article.file} back={`${pathOf.content}/articles`} lang={article.locale}>
        <Badges found={badges(article, today())} />
        <span class="tag">{article.status}</span>
        {article.category !== null && <span class="tag">{article.category}</span>}
        <span class="tag">{article.locale}</span>
        {others.map((other) => (
          <a key={other.locale} href={articleHref(id, other.locale)} onClick={followed}>
            in {other.locale}
          </a>
        ))}
      </Title>
      <Dates article={article} />
      {url !== null && (
        <p>
          <a href={url} rel="noopener noreferrer" target="_blank">
            Its page in the shop
          </a>
        </p>
      )}
      {article.answer !== null && (
        <Section title="The answer in a sentence">
          <p class="ct-words" lang={article.locale} dir="auto">
            {article.answer}
          </p>
        </Section>
      )}
      {article.passages.map((passage) => (
        <section key={passage.anchor} class="ct-section">
          <h3 lang={article.locale} dir="auto">
            {passage.title}
          </h3>
          <p class="ct-words" lang={article.locale} dir="auto">
            {passage.text}
          </p>
        </section>
      ))}
      {article.questions.length > 0 && (
        <Section title="Questions that have to find it">
          <Lines lines={article.questions} locale={article.locale} />
        </Section>
      )}
      <Facts facts={article.facts} />
    </article>
  );
}

function Dates({ article: { valid_until, review_by } }: { article: Article }) {
  const lines = [valid_until === null ? [] : `valid until ${valid_until}`, review_by === null ? [] : `to be reviewed by ${review_by}`].flat();
  return lines.length === 0 ? null : <p class="hint">{sentence(lines.join(", "))}</p>;
}

function Facts({ facts }: { facts: Record<string, string> }) {
  const all = Object.entries(facts);
  if (all.length === 0) return null;
  return (
    <Section title="Facts other articles must not contradict">
      <dl class="ct-outcomes">
        {all.map(([name, value]) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
