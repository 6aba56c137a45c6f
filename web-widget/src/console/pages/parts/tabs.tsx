import { followed } from "../../route";

export interface Tab {
  title: string;
  href: string;
  here: boolean;
}

/** Parts of a page, each with an address of its own. */
export function Tabs({ label, tabs }: { label: string; tabs: Tab[] }) {
  return (
    <nav class="tabs" aria-label={label}>
      {tabs.map(({ title, href, here }) => (
        <a key={href} href={href} onClick={followed} aria-current={here ? "page" : undefined}>
          {title}
        </a>
      ))}
    </nav>
  );
}
