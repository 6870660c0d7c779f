import type { Content } from '../../src/page/html.ts';

/** A part of the page, with the anchor that its contents link to. */
export interface Section {
  readonly id: string;
  readonly heading: string;
  readonly body: Content;
}
