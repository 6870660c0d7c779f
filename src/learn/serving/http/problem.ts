import { StageError } from '../../error.ts';
import { type RowFault, sayFault } from '../fault.ts';

/** Why a request is not answered: told to who sent it, as a diagnostic. */
export interface Problem {
  readonly status: number;
  readonly code: ProblemCode;
  readonly message: string;
  readonly hint?: string;
  /** Headers that belong to the status. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is wrong with each row, as far as it is told. */
  readonly rows?: readonly RowFault[];
}

export type ProblemCode =
  | 'bad-request'
  | 'malformed-json'
  | 'not-found'
  | 'method-not-allowed'
  | 'timeout'
  | 'body-too-large'
  | 'too-many-rows'
  | 'unsupported-media-type'
  | 'bad-rows'
  | 'busy'
  | 'internal';

/** Ends the work on a request; `problem` is the answer to it. */
export class RequestProblem extends Error {
  override readonly name = 'RequestProblem';
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

export const refuse = (
  status: number,
  code: ProblemCode,
  { message, ...more }: Omit<Problem, 'status' | 'code'>,
): never => {
  throw new RequestProblem({ status, code, message, ...more });
};

/** Rows that the model cannot be asked about. None of the request is answered, so that no answer can be missed. */
export const badRows = (faults: readonly RowFault[], rows: number): Problem => {
  const [first] = faults as [RowFault, ...RowFault[]];
  const bad = new Set(faults.map(({ row }) => row)).size;
  const others = faults.length > 1 ? ` (${faults.length} such findings in ${bad} of ${rows} rows)` : '';
  return {
    ...{ status: 422, code: 'bad-rows', message: `${sayFault({ name: 'request' }, first)}${others}` },
    hint: first.hint ?? `expected: ${first.expected}`,
    rows: faults.slice(0, mostTold),
  };
};

/** Findings that an answer lists. */
const mostTold = 100;

/** What any error says to who sent the request: of a bug, nothing but that there is one. */
export const problemOf = (error: unknown): Problem => {
  if (error instanceof RequestProblem) return error.problem;
  // What the reader of rows refuses is the sender's.
  if (error instanceof StageError) {
    const { hint, message } = error;
    const said = hint === undefined ? message : message.slice(0, -`\nhint: ${hint}`.length);
    return { status: 422, code: 'bad-rows', message: said, ...(hint !== undefined && { hint }) };
  }
  return { status: 500, code: 'internal', message: 'the server has failed: its log says more' };
};

/** The body of the answer. */
export const problemBody = ({ code, message, hint, rows }: Problem): object => ({
  error: { code, message, ...(hint !== undefined && { hint }), ...(rows !== undefined && { rows }) },
});
