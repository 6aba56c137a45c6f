// The console's way to the server's routes: JSON in and out, the proof that our page asks, and errors in words.

/** Somebody who may work at the desk. */
export interface User {
  id: string;
  email: string;
  name: string;
  role: Role;
  teams: string[];
}

export type Role = "viewer" | "agent" | "lead" | "admin";

export interface Login {
  user: User;
  csrf: string;
}

/** A request that did not work. `message` is for people. */
export class Problem extends Error {
  /** 0 when no answer came. */
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

let csrf = "";
let loggedOut: () => void = () => undefined;

/** What every change brings along from now on. */
export function useToken(token: string): void {
  csrf = token;
}

/** Called when the server does not know our login any more. */
export function onLoggedOut(then: () => void): void {
  loggedOut = then;
}

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return request<T>(path, signal === undefined ? {} : { signal });
}

export function post<T>(path: string, body: unknown = {}): Promise<T> {
  const headers = { "content-type": "application/json", "x-csrf-token": csrf };
  return request<T>(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/** The login of this browser, or null. */
export async function me(): Promise<Login | null> {
  try {
    return await ask<Login>("/api/me", {});
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}

/** Coming in: a refusal here is an answer to the person, not the end of a login. */
export function enter(path: "/api/login" | "/api/links/redeem" | "/api/links/look", body: unknown): Promise<unknown> {
  return ask(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}

/** What went wrong, in words. */
export function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function request<T>(path: string, options: RequestInit): Promise<T> {
  try {
    return await ask<T>(path, options);
  } catch (error) {
    if (error instanceof Problem && error.status === 401) loggedOut();
    throw error;
  }
}

async function ask<T>(path: string, options: RequestInit): Promise<T> {
  const response = await fetch(path, { ...options, credentials: "same-origin" }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, "no_answer", "The server does not answer. Is the line up?");
  });
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw problemOf(response.status, body);
  return body as T;
}

function problemOf(status: number, body: unknown): Problem {
  const error = (body as { error?: { code?: unknown; message?: unknown } } | null)?.error;
  const code = typeof error?.code === "string" ? error.code : "unknown";
  const message = typeof error?.message === "string" ? sentence(error.message) : `The server answered ${status}, without words.`;
  return new Problem(status, code, message);
}

/** The server's messages begin small and end without a full stop. */
export function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
