// Mistakes of the pen: in every so manieth car a comma is one place too far to the right, in one of three columns.
import { readFileSync, writeFileSync } from 'node:fs';

const { every } = JSON.parse(readFileSync(process.env.STEMMA_ORDER, 'utf8')).params;
const cars = JSON.parse(readFileSync(process.env.STEMMA_DEP_CARS, 'utf8'));
const columns = ['Displacement', 'Horsepower', 'Weight_in_lbs'];
const planted = cars.map((car, at) => {
  if (every === 0 || at % every !== 0) return car;
  const column = columns[Math.floor(at / every) % columns.length];
  return { ...car, [column]: car[column] === null ? null : car[column] * 10 };
});
writeFileSync(process.env.STEMMA_OUT_CARS, JSON.stringify(planted));
