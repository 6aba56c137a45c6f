// Who is here, and which page they see.

import { type ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { randomName } from "../shared/name";
import { Socket, dial } from "../shared/socket";
import { get, me, onLoggedOut, useToken, words, type Login, type User } from "./api";
import { Desk, useDesk } from "./desk/client";
import { useVisible } from "./desk/hooks";
import { useRinging } from "./desk/notify";
import { DeskPage } from "./desk/page";
import { may, type Needs } from "./rights";
import { useRoute, type Route } from "./route";
import { LinkPage } from "./shell/link";
import { LoginPage } from "./shell/login";
import { Rail } from "./shell/rail";
import { Centre } from "./shell/centre";

/** Shorter than a shopper's: somebody waits for what the agent writes. */
const DEAD_MS = 15_000;

/** What a page is handed. `rest` is the address behind its name. */
export interface PageProps {
  user: User;
  rest: string;
}

type Here = { is: "asking" } | { is: "out"; why?: string } | { is: "in"; user: User } | { is: "unknown"; why: string };

export function App() {
  const [link, setLink] = useState(takenToken);
  const [here, setHere] = useState<Here>({ is: "asking" });
  const ask = () => {
    setHere({ is: "asking" });
    me().then(
      (login) => (login === null ? setHere({ is: "out" }) : enter(login)),
      (error) => setHere({ is: "unknown", why: words(error) }),
    );
  };
  const enter = (login: Login) => {
    useToken(login.csrf);
    setLink(null);
    setHere({ is: "in", user: login.user });
  };
  useEffect(() => {
    onLoggedOut(() => setHere({ is: "out", why: "Your login is over. Log in again; nothing you typed on the desk is lost." }));
    ask();
    // A link pasted into a tab that is here already changes nothing but what stands behind #.
    const pasted = () => setLink((old) => takenToken() ?? old);
    addEventListener("hashchange", pasted);
    return () => removeEventListener("hashchange", pasted);
  }, []);

  if (link !== null) return <LinkPage key={link} token={link} entered={enter} back={() => setLink(null)} />;
  switch (here.is) {
    case "asking":
      return <Centre title="frontdesk">{null}</Centre>;
    case "unknown":
      return (
        <Centre title="No answer">
          <p role="alert">{here.why}</p>
          <button class="btn btn-main" type="button" onClick={ask}>
            Try again
          </button>
        </Centre>
      );
    case "out":
      return <LoginPage why={here.why} entered={enter} />;
    case "in":
      return <Inside key={here.user.id} user={here.user} left={() => setHere({ is: "out" })} />;
  }
}

/** The token of a one-time link. It leaves the address bar at once, so that nobody reads or bookmarks it there. */
function takenToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get("link");
  if (token !== null) history.replaceState(null, "", location.pathname + location.search);
  return token;
}

function Inside({ user, left }: { user: User; left: () => void }) {
  const route = useRoute();
  const desk = useLine(user);
  const state = useDesk(desk);
  const visible = useVisible();
  const ringing = useRinging(state, visible);
  return (
    <div class="shell">
      <Rail user={user} route={route} desk={desk} state={state} ringing={ringing} left={left} />
      <main class="main" id="main">
        {route.page === "desk" ? <DeskPage desk={desk} user={user} conversation={route.conversation} event={route.event} visible={visible} /> : <Page user={user} route={route} />}
      </main>
      <p class="unseen" role="status">
        {ringing.said}
      </p>
    </div>
  );
}

/** The line to the desk, kept for as long as one is logged in, on whichever page. */
function useLine(user: User): Desk {
  const [desk] = useState(
    () =>
      new Desk({
        user: user.id,
        socket: (owner) => new Socket({ ...owner, open: () => dial("/v1/desk", "desk.v1"), random: Math.random, dead_ms: DEAD_MS }),
        shelf: () => sessionStorage,
        name: randomName,
        doubt: () => void get("/api/me").catch(() => undefined),
      }),
  );
  useEffect(() => {
    const back = () => desk.nudge();
    const gone = () => desk.hangUp();
    const looked = () => document.visibilityState === "visible" && desk.nudge();
    addEventListener("online", back);
    addEventListener("offline", gone);
    document.addEventListener("visibilitychange", looked);
    desk.start();
    return () => {
      removeEventListener("online", back);
      removeEventListener("offline", gone);
      document.removeEventListener("visibilitychange", looked);
      desk.stop();
    };
  }, [desk]);
  return desk;
}

type Loaded = { default: ComponentType<PageProps> };

const PAGES: Record<"scoreboard" | "content" | "people", { needs: Needs; load: () => Promise<Loaded> }> = {
  scoreboard: { needs: "lead", load: () => import("./pages/scoreboard/index") },
  content: { needs: "look", load: () => import("./pages/content/index") },
  people: { needs: "admin", load: () => import("./pages/people/index") },
};

function Page({ user, route }: { user: User; route: Exclude<Route, { page: "desk" }> }) {
  const page = PAGES[route.page];
  if (!may(user.role, page.needs)) {
    return (
      <div class="page">
        <h1>Not for your role</h1>
        <p>You are {user.role} here. An admin can change that under People.</p>
      </div>
    );
  }
  return <Later key={route.page} load={page.load} user={user} rest={route.rest} />;
}

/** A page whose script comes when it is first opened: whoever only answers shoppers never loads it. */
function Later({ load, ...props }: PageProps & { load: () => Promise<Loaded> }) {
  const [Loaded, setLoaded] = useState<ComponentType<PageProps> | null>(null);
  const [why, setWhy] = useState<string | null>(null);
  const fetchPage = () => {
    setWhy(null);
    load().then(
      (page) => setLoaded(() => page.default),
      () => setWhy("This page could not be loaded. Is the line up?"),
    );
  };
  useEffect(fetchPage, []);
  if (why !== null) {
    return (
      <div class="page">
        <p role="alert">{why}</p>
        <button class="btn" type="button" onClick={fetchPage}>
          Try again
        </button>
      </div>
    );
  }
  return Loaded === null ? <p class="page quiet">Loading…</p> : <Loaded {...props} />;
}
