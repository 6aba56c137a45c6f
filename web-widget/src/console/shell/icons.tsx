// Line pictures, drawn in the colour of the text around them. They say nothing that the text beside them does not.

const PATHS = {
  desk: "M4 5h16v11H9l-5 4zM8 9h8M8 12.5h5",
  scoreboard: "M4 20V10m5.5 10V4M15 20v-7m5 7V8",
  content: "M5 4h9l5 5v11H5zM14 4v5h5M8.5 13h7M8.5 16.5h5",
  people: "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.4-3.6 2.9-5.6 6.500-5.600S15.100 16.400 15.500 20M16 4.800a3.500 3.500 0 0 1 0 6.500M18 14.800c2 .7 3.200 2.500 3.500 5.200",
  you: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20.500c.6-4 3.400-6.200 7.500-6.200s6.900 2.200 7.500 6.200",
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12l16-7-5 15-3.500-6z",
  details: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.500M12 7.500v.1",
  note: "M5 4h14v10l-5 6H5zM14 20v-6h5",
  help: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM9.300 9.400a2.700 2.700 0 1 1 3.900 2.500c-.8.400-1.200 1-1.200 1.900M12 16.900v.1",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="16" cy="16" r="16" class="mark-ground" />
      <path d="M9 10.500h14v8.500h-7.500L11 23v-4H9z" class="mark-sign" />
    </svg>
  );
}
