import type { GrantedBackend } from './stage.ts';

/** By what answers are taken of probabilities. */
export interface DecidingOrder {
  /** As they were asked for: "0.3" or "spam=0.3"; empty: what was chosen. */
  readonly thresholds: readonly string[];
  /** Evaluations that may have chosen some for this model. */
  readonly evaluations: readonly EvaluationPlace[];
}

export interface EvaluationPlace {
  /** Absolute path of its evaluation.json. */
  readonly path: string;
  /** What it is called: as the name of its stage. */
  readonly name: string;
  /**
   * "needed": it has to be there, and of this model. "meant": what it has chosen has to be for this model. "found": it
   * counts if it is of this model.
   */
  readonly rule: 'needed' | 'meant' | 'found';
}

/** What is asked of the program that predicts: answers for the rows of files. */
export interface PredictOrder {
  readonly type: 'predict';
  /** Absolute path of the model's folder. */
  readonly model: string;
  readonly backend: GrantedBackend;
  /** Absolute paths, in order; "-" is standard input. */
  readonly inputs: readonly string[];
  /** Format of the inputs; "auto": as their names say. */
  readonly format: string;
  readonly output: {
    readonly format: 'jsonl' | 'csv';
    /** Absolute path; absent: standard output. */
    readonly path?: string;
  };
  /** Whether good rows are answered although others are bad. */
  readonly skipBad: boolean;
  /** Whether a row with a label that train did not have is answered. */
  readonly allowUnknown: boolean;
  readonly decide: DecidingOrder;
}

/** What is asked of it to serve: answers over HTTP, until it is told to stop. */
export interface ServeOrder {
  readonly type: 'serve';
  readonly model: string;
  readonly backend: GrantedBackend;
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly limits: ServingLimits;
  readonly allowUnknown: boolean;
  readonly decide: DecidingOrder;
}

export interface ServingLimits {
  /** Bytes of a request's body. */
  readonly bodyBytes: number;
  /** Rows of a request. */
  readonly rows: number;
  /** Seconds in which a request has to arrive. */
  readonly requestSeconds: number;
}

/** The server finishes what it has begun, and ends. */
export interface StopOrder {
  readonly type: 'stop';
}

export type ServingAnswer =
  /** The backend cannot run this model. */
  | { readonly type: 'unfit'; readonly message: string }
  | { readonly type: 'failed'; readonly message: string; readonly hint?: string }
  | { readonly type: 'notice'; readonly message: string }
  | { readonly type: 'progress'; readonly rows: number }
  | { readonly type: 'listening'; readonly host: string; readonly port: number }
  /** All requests have been answered. */
  | { readonly type: 'stopped'; readonly requests: number }
  | PredictedAnswer;

export interface PredictedAnswer {
  readonly type: 'predicted';
  /** Rows that were answered. */
  readonly rows: number;
  /** Rows that could not be. */
  readonly bad: number;
  /** What is wrong with them, cause by cause, with the first few rows of each. */
  readonly causes: readonly BadCause[];
  /** Labels that train did not have, of rows that were answered, in the same way. */
  readonly unknown: readonly BadCause[];
}

export interface BadCause {
  /** Lines as `rows.csv: row 3, column "Sex": "x" is none of the categories`. */
  readonly first: readonly string[];
  readonly count: number;
  readonly expected: string;
  readonly hint?: string;
}
