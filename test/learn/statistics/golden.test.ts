import { describe, expect, it } from 'vitest';
import type { Table } from '../../../src/learn/statistics/categories.ts';
import { chiSquare } from '../../../src/learn/statistics/chi-square.ts';
import { correlationRatio, cramersV, pearson, spearman } from '../../../src/learn/statistics/correlation.ts';
import { jensenShannon, wasserstein } from '../../../src/learn/statistics/distance.ts';
import { falseDiscovery } from '../../../src/learn/statistics/false-discovery.ts';
import { digamma, incompleteBeta, upperGamma } from '../../../src/learn/statistics/gamma.ts';
import { entropy, mutualInformation } from '../../../src/learn/statistics/information.ts';
import { kolmogorovSmirnov, kolmogorovTail } from '../../../src/learn/statistics/kolmogorov-smirnov.ts';
import { informationOfCategory, informationOfNumbers } from '../../../src/learn/statistics/neighbour-information.ts';
import { ascending, quantile } from '../../../src/learn/statistics/quantile.ts';
import { averageRanks } from '../../../src/learn/statistics/ranks.ts';
// Values of scipy and scikit-learn; golden.py beside it made them.
import golden from './golden.json' with { type: 'json' };

/** Equal but for rounding: relative to the value, also where it is tiny. */
const expectNear = (found: number | null, wanted: number | null | undefined, tolerance = 1e-10): void => {
  if (found === null || wanted === null || wanted === undefined) expect(found).toBe(wanted);
  else
    expect(Math.abs(found - wanted), `${found} for ${wanted}`).toBeLessThanOrEqual(
      tolerance * Math.abs(wanted) + 1e-14,
    );
};

const two = golden.two.map((of) => ({ ...of, name: `${of.first.length} and ${of.second.length} values` }));

describe.each(two)('as scipy, two samples: $name', ({ first, second, ...wanted }) => {
  it('quantiles', () => {
    const sorted = ascending(first);
    for (const [share, value] of wanted.quantiles) expectNear(quantile(sorted, share!), value);
  });

  it('Kolmogorov and Smirnov, exact', () => {
    const found = kolmogorovSmirnov(first, second);
    expectNear(found.statistic, wanted.ks);
    expectNear(found.pValue, wanted.ks_exact);
    expect(found.method).toBe('exact');
  });

  it("Wasserstein's distance", () => expectNear(wasserstein(first, second), wanted.wasserstein));
});

const pairs = golden.pairs.map((of) => ({ ...of, name: `${of.a.length} rows` }));

describe.each(pairs)('as scipy and scikit-learn, two columns: $name', ({ a, b, codes, ...wanted }) => {
  it("Pearson's correlation", () => {
    const { value, pValue } = pearson(a, b);
    expectNear(value, wanted.pearson[0]);
    if (a.length > 2) expectNear(pValue, wanted.pearson[1], 1e-9);
  });

  it("Spearman's correlation", () => {
    const { value, pValue } = spearman(a, b);
    expectNear(value, wanted.spearman[0]);
    // Of perfect ranks scipy's p-value is 0, as ours.
    if (a.length > 2) expectNear(pValue, wanted.spearman[1], 1e-9);
  });

  it('ranks', () => expect([...averageRanks(a)]).toEqual(wanted.ranks));

  it('correlation ratio', () => expectNear(correlationRatio(codes, b), wanted.eta));

  it('mutual information by neighbours', () => {
    if (wanted.information_of_numbers === null) {
      expect(() => informationOfNumbers(a, b)).toThrow(RangeError);
      return;
    }
    expectNear(informationOfNumbers(a, b), wanted.information_of_numbers);
    expectNear(informationOfCategory(b, codes), wanted.information_of_category);
  });
});

const tables = golden.tables.map((of) => ({ ...of, name: `${of.rows} × ${of.columns}` }));

describe.each(tables)('as scipy and scikit-learn, a table: $name', ({ rows, columns, counts, ...wanted }) => {
  const table: Table = { counts: Float64Array.from(counts), rows, columns };

  it('chi²', () => {
    const { statistic, freedom, pValue, leastExpected } = chiSquare(table);
    [statistic, freedom, pValue, leastExpected].forEach((value, at) => void expectNear(value, wanted.chi[at]));
  });

  it("Cramér's V", () => expectNear(cramersV(table), wanted.v));

  it('mutual information', () => expectNear(mutualInformation(table), wanted.information));

  it('entropy', () => {
    const byRow = Array.from({ length: rows }, (_, row) => row).map((row) =>
      counts.slice(row * columns, (row + 1) * columns).reduce((sum, count) => sum + count, 0),
    );
    expectNear(entropy(byRow), wanted.entropy);
  });

  it('Jensen and Shannon', () => {
    const [first, second] = [counts.slice(0, columns), counts.slice(columns, 2 * columns)];
    if (wanted.jensen_shannon === null) expect(() => jensenShannon(first, second)).toThrow(RangeError);
    else expectNear(jensenShannon(first, second), wanted.jensen_shannon, 1e-8);
  });
});

describe('as scipy, functions', () => {
  it.each(golden.kolmogorov)("Kolmogorov's tail at %d", (x, wanted) => expectNear(kolmogorovTail(x!), wanted));
  it.each(golden.gamma)('upper gamma of %d at %d', (a, x, wanted) => expectNear(upperGamma(a!, x!), wanted));
  it.each(golden.beta)('beta at %d of %d and %d', (x, a, b, wanted) => expectNear(incompleteBeta(x!, a!, b!), wanted));
  it.each(golden.digamma)('digamma at %d', (x, wanted) => expectNear(digamma(x!), wanted, 1e-12));
  it.each(golden.fdr)('false discovery control', (given, wanted) => {
    falseDiscovery(given as number[]).forEach((value, at) => void expectNear(value, (wanted as number[])[at]));
  });
});
