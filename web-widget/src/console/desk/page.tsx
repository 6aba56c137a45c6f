import type { User } from "../api";

export function DeskPage({ user }: { user: User; conversation: string | null }) {
  return (
    <div class="page">
      <h1>Desk</h1>
      <p class="quiet">{user.name}</p>
    </div>
  );
}
