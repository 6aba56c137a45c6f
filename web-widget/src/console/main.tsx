// The console's own script.

import { render } from "preact";
import { App } from "./app";
import "./console.css";

const root = document.createElement("div");
root.className = "root";
document.body.append(root);
render(<App token={takenToken()} />, root);

/** The token of a one-time link. It leaves the address bar at once, so that nobody reads or bookmarks it there. */
function takenToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get("link");
  if (token !== null) history.replaceState(null, "", location.pathname + location.search);
  return token;
}
