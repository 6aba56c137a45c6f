import { useState } from "preact/hooks";
import { post, type User } from "../api";
import { may, type Needs } from "../rights";
import { followed, pathOf, type Route } from "../route";
import { Icon, Mark } from "./icons";

const PAGES: { page: Route["page"]; title: string; needs: Needs }[] = [
  { page: "desk", title: "Desk", needs: "look" },
  { page: "scoreboard", title: "Scoreboard", needs: "lead" },
  { page: "content", title: "Content", needs: "look" },
  { page: "people", title: "People", needs: "admin" },
];

/** On the left of a desktop, at the bottom of a phone. */
export function Rail({ user, route, left }: { user: User; route: Route; left: () => void }) {
  const [open, setOpen] = useState(false);
  return (
    <nav class="rail" aria-label="Console">
      <a class="rail-mark" href={pathOf.desk} onClick={followed} aria-label="frontdesk, to the desk">
        <Mark />
      </a>
      {PAGES.filter(({ needs }) => may(user.role, needs)).map(({ page, title }) => (
        <a key={page} class="rail-item" href={pathOf[page]} onClick={followed} aria-current={route.page === page ? "page" : undefined}>
          <Icon name={page} />
          <span>{title}</span>
        </a>
      ))}
      <div class="rail-you">
        <button class="rail-item" type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name="you" />
          <span>You</span>
        </button>
        {open && <You user={user} left={left} close={() => setOpen(false)} />}
      </div>
    </nav>
  );
}

function You({ user, left, close }: { user: User; left: () => void; close: () => void }) {
  const logOut = () => post("/api/logout").finally(left);
  return (
    <div class="you" onKeyDown={(event) => event.key === "Escape" && close()}>
      <p>
        <strong>
          <bdi>{user.name}</bdi>
        </strong>
        <br />
        <span class="quiet">
          {user.role} · <bdi>{user.email}</bdi>
        </span>
      </p>
      <button class="btn" type="button" onClick={logOut}>
        Log out
      </button>
    </div>
  );
}
