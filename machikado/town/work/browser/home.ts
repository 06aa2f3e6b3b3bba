/** The worker's home: what was finished without a connection is handed in from here. */

import { watchOutbox } from "./outbox";

const place = document.getElementById("outbox");
if (place) watchOutbox(place);
