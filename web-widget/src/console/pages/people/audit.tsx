// Who did what, the last first.

import { useEffect, useRef, useState } from "preact/hooks";
import { get, words } from "../../api";
import { followed, pathOf } from "../../route";
import { Failure } from "../parts/failure";
import { exactly } from "../parts/format";

const PAGE = 50;

interface Party {
  id: string;
  name: string | null;
}

export interface AuditRow {
  no: number;
  at: string;
  what: string;
  detail: unknown;
  who: Party;
  about: Party;
}

export function AuditLog() {
  const [rows, setRows] = useState<AuditRow[]>([]);
  const [atEnd, setAtEnd] = useState(false);
  const [why, setWhy] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const stop = useRef(new AbortController());
  const more = () => {
    if (asking) return;
    setAsking(true);
    setWhy(null);
    const { signal } = stop.current;
    const last = rows.at(-1);
    get<{ rows: AuditRow[] }>(`/api/audit?limit=${PAGE}${last === undefined ? "" : `&before=${last.no}`}`, signal)
      .then(
        (page) => {
          setRows((before) => [...before, ...page.rows]);
          setAtEnd(page.rows.length < PAGE);
        },
        (error: unknown) => signal.aborted || setWhy(words(error)),
      )
      .finally(() => setAsking(false));
  };
  useEffect(() => {
    more();
    return () => stop.current.abort();
  }, []);
  return (
    <section aria-label="Who did what" class="pp-log">
      <p class="hint">Rows are added and never changed. They hold no passwords, links or email addresses.</p>
      {rows.length > 0 && (
        <table class="table pp-audit">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Who</th>
              <th scope="col">What</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.no}>
                <td class="pp-when">{exactly(row.at)}</td>
                <td>
                  <bdi>{nameOf(row.who)}</bdi>
                </td>
                <td>
                  <What row={row} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {why !== null && <Failure why={why} again={more} />}
      {!atEnd && why === null && (
        <button class="btn" type="button" aria-disabled={asking} onClick={more}>
          {asking ? "Reading…" : "Show older ones"}
        </button>
      )}
      {atEnd && <p class="quiet">That is all.</p>}
    </section>
  );
}

function What({ row }: { row: AuditRow }) {
  const said = whatOf(row);
  if (!row.what.startsWith("shopper_")) return <>{said}</>;
  return (
    <>
      {said}{" "}
      <a href={pathOf.conversation(row.about.id)} onClick={followed}>
        the conversation
      </a>
    </>
  );
}

const nameOf = ({ id, name }: Party): string => name ?? (id === "command line" ? "The command line" : id === "server" ? "The server" : id);

const KINDS: Record<string, string> = { invite: "an invitation", reset: "a new password", first_admin: "the first admin" };

/** A row in words. What is not known here is shown as the server names it. */
export function whatOf({ what, who, about, detail }: AuditRow): string {
  const fields = typeof detail === "object" && detail !== null ? (detail as Record<string, unknown>) : {};
  const text = (value: unknown) => (Array.isArray(value) ? value.join(", ") || "none" : String(value ?? "?"));
  const [from, to] = [text(fields["from"]), text(fields["to"])];
  const whom = who.id === about.id ? "themselves" : nameOf(about);
  switch (what) {
    case "logged_in":
      return "logged in";
    case "logged_out":
      return "logged out";
    case "login_refused":
      return about.id === "" ? "refused a login" : `refused a login as ${nameOf(about)}`;
    case "user_added":
      return `added ${whom} as ${text(fields["role"])}`;
    case "user_restored":
      return `brought back ${whom} as ${text(fields["role"])}`;
    case "role_changed":
      return `changed the role of ${whom} from ${from} to ${to}`;
    case "teams_changed":
      return `changed the teams of ${whom} from ${from} to ${to}`;
    case "user_revoked":
      return `locked out ${whom}`;
    case "link_made":
      return `made a link for ${kindOf(fields)}${about.id === "" ? "" : `, for ${whom}`}`;
    case "link_used":
      return `used the link for ${kindOf(fields)}`;
    case "shopper_erased":
      return "erased the shopper of";
    case "shopper_exported":
      return "exported";
    default:
      return `${what.replaceAll("_", " ")}${about.id === "" ? "" : ` (${nameOf(about)})`}`;
  }
}

const kindOf = (fields: Record<string, unknown>): string => KINDS[String(fields["kind"])] ?? String(fields["kind"]);
