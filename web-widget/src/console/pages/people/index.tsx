import type { PageProps } from "../../app";

export default function People(_: PageProps) {
  return (
    <div class="page">
      <h1>People</h1>
      <p class="quiet">Loading…</p>
    </div>
  );
}
