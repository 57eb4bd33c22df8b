// One half of the simulated failures, so that two processors take part.
import test from 'ava';
import { campaign, FAILURE_COUNT } from './campaign.js';

const PART_COUNT = 10;
const SEEDS_APART = 1_000_000;

for (let part = 0; part < PART_COUNT; part++) {
  test.serial(`one history whatever fails, campaign 2, part ${part + 1} of ${PART_COUNT}`, (t) => {
    campaign(t, (2 * PART_COUNT + part) * SEEDS_APART, FAILURE_COUNT / (2 * PART_COUNT));
  });
}
