// The program's monotonic clock on a host whose own clock has another origin.
import test from 'ava';
import { ProgramClock } from '../../replication/program-clock.js';

test('without evidence it is the host’s own clock', (t) => {
  const clock = new ProgramClock();
  t.is(clock.read(500n), 500n);
  clock.startTimer(1, 50n);
  clock.expireTimer(1, 560n);
  t.is(clock.read(570n), 570n);
});

test('where replicas share a clock, following the log with a delay changes nothing', (t) => {
  const clock = new ProgramClock();
  clock.follow(500n, 900n);
  clock.startTimer(1, 100n);
  // The log has told of the next things long since; they are caught up with at once.
  clock.expireTimer(1, 901n);
  clock.follow(650n, 902n);
  t.is(clock.read(1000n), 1000n);
});

test('where this host is behind, time goes on from the reading with the least delay', (t) => {
  const clock = new ProgramClock();
  clock.follow(10_000n, 140n);
  clock.follow(10_100n, 210n);
  clock.follow(10_150n, 300n);
  t.is(clock.read(400n), 10_290n);
  t.is(clock.read(400n), 10_290n);
});

test('a timer that the log says has run out has taken its time', (t) => {
  const clock = new ProgramClock();
  clock.follow(10_000n, 100n);
  clock.startTimer(1, 3000n);
  clock.startTimer(2, 5000n);
  clock.startTimer(3, 90_000n);
  clock.cancelTimer(3);
  clock.expireTimer(1, 101n);
  clock.expireTimer(3, 101n);
  t.is(clock.read(111n), 13_010n);
  // Started before the reading, and so due 5000 ns after 10000.
  clock.expireTimer(2, 112n);
  t.is(clock.read(112n), 15_000n);
});

test('a timer that is due by the clock does not turn it back', (t) => {
  const clock = new ProgramClock();
  clock.follow(10_000n, 100n);
  clock.startTimer(1, 20n);
  clock.follow(11_000n, 110n);
  clock.expireTimer(1, 111n);
  t.is(clock.read(112n), 11_002n);
});
