/** A tracking server, and how one is let in. */
export interface MlflowServer {
  /** Its address, without `/api/2.0/mlflow`. */
  readonly url: URL;
  /** The value of the header `authorization`. */
  readonly authorization?: string;
}

/** One request; `query` is for a GET. */
export interface Request {
  readonly path: string;
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
}

/** The server answered, and not with what was asked for. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(
    readonly status: number,
    /** MLflow's own word, as `RESOURCE_DOES_NOT_EXIST`; empty where it said none. */
    readonly code: string,
  ) {
    super(code === '' ? `the answer was ${status}` : `the answer was ${status}, ${code}`);
  }
}

/**
 * Sends one request to MLflow's REST interface, and returns the JSON of its answer. Throws `Refused`, and whatever
 * `fetch` throws.
 *
 * @see https://mlflow.org/docs/latest/rest-api.html
 */
export const ask = async (
  { url, authorization }: MlflowServer,
  { path, body, query = {} }: Request,
  signal: AbortSignal,
): Promise<unknown> => {
  const response = await fetch(addressOf(url, path, query), {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(authorization !== undefined && { authorization }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal,
    // Followed, a POST may become a GET; and the key is meant for this address alone.
    redirect: 'manual',
  });
  const answer = parse(await response.text());
  if (!response.ok) throw new Refused(response.status, codeOf(answer));
  return answer;
};

const addressOf = (url: URL, path: string, query: Readonly<Record<string, string>>): URL => {
  const address = new URL(url);
  address.pathname = `${address.pathname.replace(/\/+$/, '')}/api/2.0/mlflow/${path}`;
  address.search = String(new URLSearchParams(query));
  return address;
};

/** Something else than MLflow may answer there. */
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What a server says is shown: nothing but a word of capitals. */
const codeOf = (answer: unknown): string => {
  const code = (answer as { readonly error_code?: unknown } | null | undefined)?.error_code;
  return typeof code === 'string' && /^[A-Z_]{1,60}$/.test(code) ? code : '';
};
