import { post, type User } from "../api";
import type { Desk } from "../desk/client";
import { forgetDrafts } from "../desk/composer";
import { useMenu } from "../desk/hooks";
import type { Ringing } from "../desk/notify";
import type { State } from "../desk/state";
import { PRESENCES } from "../desk/words";
import { may, type Needs } from "../rights";
import { followed, pathOf, type Route } from "../route";
import { Icon, Mark } from "./icons";

const PAGES: { page: Route["page"]; title: string; needs: Needs }[] = [
  { page: "desk", title: "Desk", needs: "look" },
  { page: "scoreboard", title: "Scoreboard", needs: "lead" },
  { page: "content", title: "Content", needs: "look" },
  { page: "people", title: "People", needs: "admin" },
];

interface RailProps {
  user: User;
  route: Route;
  desk: Desk;
  state: State;
  ringing: Ringing;
  left: () => void;
}

/** On the left of a desktop, at the bottom of a phone. */
export function Rail({ user, route, desk, state, ringing, left }: RailProps) {
  const menu = useMenu();
  const { waiting } = state.counts;
  const works = may(user.role, "work");
  return (
    <nav class="rail" aria-label="Console">
      <a class="rail-mark" href={pathOf.desk} onClick={followed} aria-label="frontdesk, to the desk">
        <Mark />
      </a>
      {PAGES.filter(({ needs }) => may(user.role, needs)).map(({ page, title }) => (
        <a key={page} class="rail-item" href={pathOf[page]} onClick={followed} aria-current={route.page === page ? "page" : undefined}>
          <Icon name={page} />
          <span>{title}</span>
          {page === "desk" && waiting > 0 && (
            <span class="rail-count">
              {waiting}
              <span class="unseen"> waiting</span>
            </span>
          )}
        </a>
      ))}
      <div class="rail-you" ref={menu.root} onKeyDown={menu.keys}>
        <button class="rail-item" type="button" ref={menu.button} aria-expanded={menu.open} onClick={() => menu.setOpen(!menu.open)}>
          <span class="rail-face" data-presence={works && state.link === "up" ? state.presence : "none"}>
            <Icon name="you" />
          </span>
          <span>{works && state.link === "up" && state.presence !== null ? PRESENCES[state.presence].title : "You"}</span>
        </button>
        {menu.open && <You user={user} desk={desk} state={state} ringing={ringing} left={left} />}
      </div>
    </nav>
  );
}

const NOTICES: Record<Ringing["notices"], string> = {
  on: "",
  off: "",
  refused: "This browser was told not to show them for this page.",
  none: "This browser has none.",
};

function You({ user, desk, state, ringing, left }: Omit<RailProps, "route">) {
  const logOut = () => {
    // First the line: the server would end it with this login, and that is no news.
    desk.stop();
    forgetDrafts();
    void post("/api/logout").then(left, left);
  };
  return (
    <div class="you">
      <p>
        <strong>
          <bdi>{user.name}</bdi>
        </strong>
        <br />
        <span class="quiet">
          {user.role} · <bdi>{user.email}</bdi>
        </span>
      </p>
      {may(user.role, "work") && (
        <fieldset class="presence" disabled={state.link !== "up"}>
          <legend>Are you there for shoppers?</legend>
          {(["online", "busy", "away"] as const).map((each) => (
            <label key={each}>
              <input type="radio" name="presence" checked={state.presence === each} onChange={() => desk.presence(each)} />
              <span>
                <strong>{PRESENCES[each].title}</strong> <span class="quiet">{PRESENCES[each].means}</span>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      <div class="presence">
        <label>
          <input type="checkbox" checked={ringing.sound} onChange={(event) => ringing.setSound(event.currentTarget.checked)} />
          <span>Sound when a chat waits</span>
        </label>
        <label>
          <input
            type="checkbox"
            checked={ringing.notices === "on"}
            disabled={ringing.notices === "none" || ringing.notices === "refused"}
            onChange={(event) => ringing.setNotices(event.currentTarget.checked)}
          />
          <span>
            Notices of this browser <span class="quiet">{NOTICES[ringing.notices]}</span>
          </span>
        </label>
      </div>
      <button class="btn" type="button" onClick={logOut}>
        Log out
      </button>
    </div>
  );
}
