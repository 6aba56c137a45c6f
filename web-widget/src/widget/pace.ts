// Draws what is new at once, and what follows on its heels together: what was missed comes as a frame for each event, and to draw
// a long conversation for each of them would take seconds.

/** Every second frame of a usual screen. */
export const PACE_MS = 32;

/** `run` as often as the pace allows, and a way to end it. The first call runs it at once, the last one is never lost. */
export function paced(run: () => void): [call: () => void, stop: () => void] {
  let pause: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  const call = (): void => {
    again = pause !== undefined;
    if (again) return;
    pause = setTimeout(() => {
      pause = undefined;
      if (again) call();
    }, PACE_MS);
    run();
  };
  return [call, () => clearTimeout(pause)];
}
