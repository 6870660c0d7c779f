import type { DocumentsParams } from '../documents/params.ts';

/** How the format "sounds" reads a folder. */
export interface SoundsParams extends Pick<DocumentsParams, 'labels'> {
  /** How long each sound is made, in seconds: cut at its end, or filled with silence; absent: all have to be of one length. */
  readonly seconds?: number;
  /** What an example holds. */
  readonly features: 'mel' | 'spectrogram' | 'samples';
  /** Length of the stretch that a frame of a spectrogram looks at, in seconds. */
  readonly window: number;
  /** From the beginning of a frame to that of the next, in seconds. */
  readonly hop: number;
  /** Bands of a mel spectrogram. */
  readonly bands: number;
  /** "image": with one channel, as convolutions take it; "series": steps of features, as recurrent layers do. */
  readonly layout: 'image' | 'series';
  /** What becomes of a file that cannot be decoded. */
  readonly broken: 'fail' | 'drop';
}
