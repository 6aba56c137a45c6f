// The part of the address behind the question mark: what a page shows can be linked to, and "back" works.

import { useEffect, useState } from "preact/hooks";

export function useSearch(): URLSearchParams {
  const [search, setSearch] = useState(location.search);
  useEffect(() => {
    const moved = () => setSearch(location.search);
    // The second is what `go` tells of.
    const events = ["popstate", "frontdesk:route"];
    events.forEach((name) => addEventListener(name, moved));
    return () => events.forEach((name) => removeEventListener(name, moved));
  }, []);
  return new URLSearchParams(search);
}
