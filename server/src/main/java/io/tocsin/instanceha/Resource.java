package io.tocsin.instanceha;

import java.util.Map;

/** A noun of the API. */
interface Resource {
  /** What can be done with it; every other action that has a route is answered 405. */
  Map<Action, Operation> operations();
}
