import type { PageProps } from "../../app";

export default function Content(_: PageProps) {
  return (
    <div class="page">
      <h1>Content</h1>
      <p class="quiet">Loading…</p>
    </div>
  );
}
