// The inputs of the crash tests: every kind of outcome that an operation may declare, in two cells.
export const INPUTS = [
  { id: "w1", cell: "a", kind: "write", text: "x" },
  { id: "b1", cell: "b", kind: "bump", text: "b1" },
  { id: "w2", cell: "a", kind: "write", text: "x" },
  { id: "s1", cell: "a", kind: "unknown", text: "s1" },
  { id: "c1", cell: "b", kind: "submit", text: "c1" },
  { id: "s2", cell: "c", kind: "unknown", text: "s2" },
  { id: "m1", cell: "a", kind: "message", text: "bye" },
] as const;

/** A turn that prints before it goes on: a process told to die of output dies in it. */
export const DEADLY = [
  { id: "d1", cell: "a", kind: "deadly", text: "" },
  { id: "m1", cell: "a", kind: "message", text: "after" },
  { id: "m2", cell: "b", kind: "message", text: "beside" },
] as const;
