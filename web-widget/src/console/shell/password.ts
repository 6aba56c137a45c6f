/** The server's rule, said before it has to refuse. */
export const RULE = "10 to 200 characters, and not your email. A few words in a row are good.";

/** What is wrong with a password as typed, or null. Characters are counted as the server counts them. */
export function fault(password: string, again: string, email: string): string | null {
  const length = [...password.normalize("NFC")].length;
  if (length < 10) return `The password has ${length} of at least 10 characters.`;
  if (length > 200) return `The password has ${length} characters, of at most 200.`;
  if (password.trim().toLowerCase() === email.trim().toLowerCase()) return "The password is the email. Take something else.";
  return password === again ? null : "The two passwords differ.";
}
