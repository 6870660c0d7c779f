/** A kind of mistake, as docs/diagnostics.md tells it. */
export interface CatalogueEntry {
  readonly title: string;
  /** When it is told and why it matters, in a sentence or two. */
  readonly explanation: string;
  /** What provokes it: a piece of JSON, or a command line. */
  readonly example: string;
  /** The same, right. */
  readonly instead: string;
}
