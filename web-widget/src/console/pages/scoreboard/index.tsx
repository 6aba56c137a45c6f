import type { PageProps } from "../../app";

export default function Scoreboard(_: PageProps) {
  return (
    <div class="page">
      <h1>Scoreboard</h1>
      <p class="quiet">Loading…</p>
    </div>
  );
}
