// The module's own "did you mean", started only when there is something to ask.
import './start.js';

export { nearest } from '../lib/input/nearest.js';
