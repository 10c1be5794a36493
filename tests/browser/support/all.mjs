// Tests that guard what rarely breaks at a high price.
import { all } from './env.mjs';

/** Why such a test does not run; the runner lists those. */
export const LEFT_TO_ALL = 'left to --all';

/** The options of a test that runs with `run.mjs --all` alone. */
export const inAll = { skip: all() ? false : LEFT_TO_ALL };
