/** The params of the stage type `normalize`. */
export interface NormalizeParams {
  readonly method: Method;
  /** Another method for some columns, by name. */
  readonly columns: Readonly<Record<string, Method | 'none'>>;
}

export type Method = 'min-max' | 'standard';
