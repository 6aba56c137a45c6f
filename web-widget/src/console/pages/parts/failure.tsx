import "./parts.css";

/** Something could not be had: why, and another try. */
export function Failure({ why, again }: { why: string; again: () => void }) {
  return (
    <div class="failure" role="alert">
      <p>{why}</p>
      <button class="btn" type="button" onClick={again}>
        Try again
      </button>
    </div>
  );
}
