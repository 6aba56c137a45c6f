// The console's own script.

import { render } from "preact";
import { App } from "./app";
import "./console.css";

const root = document.createElement("div");
root.className = "root";
document.body.append(root);
render(<App />, root);
