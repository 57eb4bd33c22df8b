// The status of a pair to which nothing has happened yet, for tests of those who show it.
import type { PairStatus } from '../../replication/management/pair-status.js';

const NEVER = { count: 0, lastTime: null, lastMs: null };

export const WHOLE_PAIR: PairStatus = {
  launcher: 1,
  program: 'Main',
  startTime: '2030-01-01T00:00:00.000Z',
  manage: null,
  health: 'whole',
  incarnation: 1,
  takeOvers: NEVER,
  reintegrations: NEVER,
  replicas: [],
};
