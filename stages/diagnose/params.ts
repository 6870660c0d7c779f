/** As stage.json declares them, defaults filled in. */
export interface DiagnoseParams {
  readonly target?: string;
  readonly sample: number;
  readonly baselines: boolean;
  readonly memorization: boolean;
  readonly memorization_examples: number;
}
