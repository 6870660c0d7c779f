import type { Money, Price } from '../types/machine.ts';

/** What some seconds of a machine cost. */
export const costOf = (seconds: number, { perHour, currency }: Price): Money => ({
  amount: (seconds / 3600) * perHour,
  currency,
});

/** `12.40 USD`; what is less than 1 is told to two digits that count: `0.0036 USD`. */
export const formatMoney = ({ amount, currency }: Money): string => `${formatAmount(amount)} ${currency}`;

const formatAmount = (amount: number): string => {
  if (amount >= 0.995) return amount.toFixed(2);
  if (amount < 1e-6) return '0.00';
  return amount.toFixed(Math.max(2, 1 - Math.floor(Math.log10(amount))));
};
