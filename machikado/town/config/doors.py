"""Every address of the site with the roles it opens for and its verbs. An address that stands not here is refused."""

from machikado.town.people.doors import PUBLIC, SIGNED_IN, TOKEN, Door
from machikado.town.people.models import Role

WORKER = frozenset({Role.WORKER.value})
CHECKERS = frozenset({Role.LEADER.value, Role.COORDINATOR.value})
COORDINATOR = frozenset({Role.COORDINATOR.value})
CLIENT = frozenset({Role.CLIENT.value})
TRANSPORT = frozenset({Role.TRANSPORT.value})
DESK = TRANSPORT | COORDINATOR
DRIVER = frozenset({Role.DRIVER.value})
ON_DUTY = DRIVER | TRANSPORT  # a driver on their own shift; a manager on any
WORKING = WORKER | CHECKERS

GET = frozenset({"GET"})
POST = frozenset({"POST"})
BOTH = GET | POST

DOORS: tuple[Door, ...] = (
    # everybody
    Door("front", PUBLIC, GET),
    Door("components", PUBLIC, GET),
    Door("healthz", PUBLIC, GET),
    Door("preferences", PUBLIC, POST),
    Door("sign_in", PUBLIC, BOTH),
    Door("sign_out", PUBLIC, POST),
    Door("demo_sign_in", PUBLIC, BOTH, "demo_person"),
    Door("password_forgotten", PUBLIC, BOTH),
    Door("password_sent", PUBLIC, GET),
    Door("password_new", PUBLIC, BOTH, "password_link"),
    Door("password_done", PUBLIC, GET),
    Door("invitation_open", PUBLIC, GET, "invitation_link"),
    Door("invitation", PUBLIC, BOTH),  # asks for the link in the session, or for what stands on the letter
    Door("invitation_leave", PUBLIC, POST),
    Door("work:inquire", PUBLIC, BOTH),
    Door("work:inquired", PUBLIC, GET, "order"),
    Door("drive:worker", PUBLIC, GET),  # a script; a browser asks for it again without anybody signed in
    Door("ride:places", PUBLIC, BOTH),  # a search is a POST: an address may be somebody's home
    Door("transit:open_data", PUBLIC, GET),
    Door("transit:gtfs", PUBLIC, GET),
    Door("transit:alerts", PUBLIC, GET),
    Door("transit:trip_updates", PUBLIC, GET),
    Door("transit:vehicle_positions", PUBLIC, GET),
    # everybody who is signed in
    Door("file", SIGNED_IN, GET, "file"),  # the signature and settings.FILE_DOORS decide
    Door("inbox", SIGNED_IN, BOTH),  # a search is a POST: its words may name somebody
    Door("message", SIGNED_IN, GET, "message"),
    Door("message_read", SIGNED_IN, POST, "message"),
    Door("messages_read", SIGNED_IN, POST),
    Door("me", SIGNED_IN, BOTH),
    Door("password_change", SIGNED_IN, BOTH),
    # whoever rides: their own bookings; the desk comes to all of them
    Door("ride:home", SIGNED_IN, GET),
    Door("ride:book", SIGNED_IN, BOTH),
    Door("ride:passenger", SIGNED_IN, BOTH),
    Door("ride:offers", SIGNED_IN, BOTH, "asked_ride"),
    Door("ride:booking", SIGNED_IN, GET, "booked_ride"),
    Door("ride:coming", SIGNED_IN, GET, "booked_ride"),
    Door("ride:slip", SIGNED_IN, GET, "booked_ride"),
    Door("ride:again", SIGNED_IN, POST, "booked_ride"),
    Door("ride:change", SIGNED_IN, BOTH, "booked_ride"),
    Door("ride:cancel", SIGNED_IN, POST, "booked_ride"),
    Door("transit:ways", SIGNED_IN, BOTH),  # a question is a POST: an address may be somebody's home
    Door("ride:back", SIGNED_IN, POST, "booked_ride"),
    Door("ride:back_open", SIGNED_IN, POST, "booked_ride"),
    Door("ride:ready", SIGNED_IN, POST, "open_ride"),
    # the reception of a clinic or a shop
    Door("ride:reception", CLIENT, GET),
    Door("ride:reception_call", CLIENT, POST, "clients_reception"),
    # workers
    Door("work:home", WORKER, GET),
    Door("work:start_bundle", WORKER, POST),
    Door("work:next", WORKER, POST),
    Door("work:task", WORKER, GET, "assignment"),
    Door("work:keep", WORKER, POST, "assignment"),
    Door("work:submit", WORKER, POST, "assignment"),
    Door("work:done", WORKER, GET, "assignment"),
    Door("work:release", WORKER, POST, "assignment"),
    Door("work:stop", WORKER, POST),
    Door("work:rest", WORKER, POST),
    Door("work:reopen", WORKER, POST, "let_go_assignment"),
    Door("work:ask", WORKER, POST, "assignment"),
    Door("work:questions", WORKER, BOTH),
    Door("work:mine", WORKER, GET),
    Door("work:terms", WORKING, GET, "terms"),
    Door("work:procedure", WORKING | CLIENT, GET, "procedure"),
    # leaders
    Door("work:reviews", CHECKERS, GET),
    Door("work:review", CHECKERS, BOTH, "reviewable_task"),
    Door("work:rejections", CHECKERS, BOTH),
    Door("work:question", CHECKERS, BOTH, "question"),
    # coordinators
    Door("erasures", COORDINATOR, BOTH),
    Door("erasure", COORDINATOR, BOTH, "person"),
    Door("retention", COORDINATOR, GET),
    Door("work:board", COORDINATOR, GET),
    Door("work:board_live", COORDINATOR, GET),
    Door("work:orders", COORDINATOR, BOTH),  # a search is a POST: its words may name somebody
    Door("work:order", COORDINATOR, GET, "order"),
    Door("work:order_step", COORDINATOR, POST, "order"),
    Door("work:order_link", COORDINATOR, POST, "order"),
    Door("work:invite", COORDINATOR, BOTH, "order"),
    Door("invitation_letter", COORDINATOR, GET, "invitation"),
    Door("work:inquiry_erase", COORDINATOR, BOTH, "order"),
    Door("work:estimate", COORDINATOR, BOTH, "order"),
    Door("work:yes_for", COORDINATOR, BOTH, "order"),
    Door("work:decision_for", COORDINATOR, BOTH, "delivery"),
    Door("work:job_add", COORDINATOR, BOTH, "order"),
    Door("work:job", COORDINATOR, GET, "job"),
    Door("work:job_step", COORDINATOR, POST, "job"),
    Door("work:batch_add", COORDINATOR, BOTH, "job"),
    Door("work:batch", COORDINATOR, GET, "batch"),
    Door("work:batch_live", COORDINATOR, GET, "batch"),
    Door("work:batch_start", COORDINATOR, POST, "batch"),
    Door("work:batch_cancel", COORDINATOR, POST, "batch"),
    Door("work:batch_open", COORDINATOR, POST, "batch"),
    Door("work:deliver", COORDINATOR, POST, "order"),
    Door("work:delivery_live", COORDINATOR, GET, "delivery"),
    Door("work:schema_preview", COORDINATOR, POST),
    Door("work:job_part", COORDINATOR, POST),
    # clients
    Door("work:client_orders", CLIENT, GET),
    Door("work:colleagues", CLIENT, BOTH),
    Door("work:invitation_again", COORDINATOR | CLIENT, POST, "clients_invitation"),
    Door("work:invitation_withdraw", COORDINATOR | CLIENT, POST, "clients_invitation"),
    Door("work:client_order", CLIENT, GET, "client_order"),
    Door("work:client_live", CLIENT, GET, "client_order"),
    Door("work:client_accept_estimate", CLIENT, POST, "client_estimate"),
    Door("work:client_decide", CLIENT, POST, "client_delivery"),
    Door("work:client_thank", CLIENT, POST, "client_delivery"),
    # the bus: its drivers
    Door("drive:home", DRIVER, GET),
    Door("drive:shift", ON_DUTY, GET, "driven_shift"),
    Door("drive:roll_before", ON_DUTY, BOTH, "driven_shift"),
    Door("drive:check", ON_DUTY, BOTH, "driven_shift"),
    Door("drive:depart", ON_DUTY, POST, "driven_shift"),
    Door("drive:run", ON_DUTY, GET, "driven_shift"),
    Door("drive:sheet", ON_DUTY, GET, "driven_shift"),
    Door("drive:tell", ON_DUTY, POST, "driven_shift"),
    Door("drive:position", ON_DUTY, POST, "driven_shift"),
    Door("drive:roll_after", ON_DUTY, BOTH, "driven_shift"),
    Door("drive:cash", ON_DUTY, BOTH, "driven_shift"),
    Door("drive:report", ON_DUTY, BOTH, "driven_shift"),
    Door("drive:report_print", ON_DUTY, GET, "driven_shift"),
    Door("drive:day", TRANSPORT, GET),
    # the bus: whoever answers the telephone
    Door("ride:desk", DESK, BOTH),  # a search is a POST: its words may name somebody
    Door("ride:caller_add", DESK, BOTH),
    Door("ride:caller", DESK, BOTH, "person"),
    Door("ride:call_lists", DESK, GET),
    Door("ride:call_list", DESK, GET, "call_list"),
    Door("ride:call_list_live", DESK, GET, "call_list"),
    Door("ride:call_list_csv", DESK, GET, "call_list"),
    Door("ride:call_next", DESK, POST, "call_list"),
    Door("ride:call_too", DESK, POST, "call_list_with_messages"),
    Door("ride:call", DESK, GET, "call"),
    Door("ride:call_step", DESK, POST, "call"),
    # the bus: its managers
    Door("ride:day", DESK, GET),
    Door("ride:live", TRANSPORT, GET),
    Door("ride:live_day", TRANSPORT, GET),
    Door("ride:live_moves", TRANSPORT, GET),
    Door("ride:live_ways", TRANSPORT, GET),
    Door("ride:live_run", TRANSPORT, GET, "shift"),
    Door("ride:mishap", TRANSPORT, BOTH),
    Door("ride:move", TRANSPORT, POST, "booked_ride_to_move"),
    Door("ride:stops", TRANSPORT, GET),
    Door("ride:stops_map", TRANSPORT, GET),
    Door("ride:stops_csv", TRANSPORT, GET),
    Door("ride:stops_import", TRANSPORT, BOTH),
    Door("ride:stop_add", TRANSPORT, BOTH),
    Door("ride:stop", TRANSPORT, BOTH, "stop"),
    Door("ride:stop_photo", TRANSPORT, POST, "stop"),
    Door("ride:stop_close", TRANSPORT, POST, "stop"),
    Door("ride:stop_reopen", TRANSPORT, POST, "closure"),
    Door("ride:stop_note_settle", TRANSPORT, POST, "stop_note"),
    Door("ride:roads", TRANSPORT, GET),
    Door("ride:vehicles", TRANSPORT, GET),
    Door("ride:vehicle_add", TRANSPORT, BOTH),
    Door("ride:vehicle", TRANSPORT, BOTH, "vehicle"),
    Door("ride:vehicle_retire", TRANSPORT, POST, "vehicle"),
    Door("ride:shifts", TRANSPORT, GET),
    Door("ride:shift_add", TRANSPORT, BOTH),
    Door("ride:shift", TRANSPORT, BOTH, "shift"),
    Door("ride:shift_drop", TRANSPORT, POST, "shift"),
    Door("ride:fares", TRANSPORT, GET),
    Door("ride:fares_add", TRANSPORT, BOTH),
    Door("ride:free_add", TRANSPORT, POST),
    Door("ride:free_end", TRANSPORT, POST, "free_period"),
    Door("ride:hours", TRANSPORT, BOTH),
    Door("ride:suspend", TRANSPORT, POST),
    Door("ride:lift", TRANSPORT, POST, "suspension"),
    Door("ride:call_off", TRANSPORT, BOTH, "suspension"),
    Door("ride:receptions", TRANSPORT, BOTH),
    Door("ride:reception_close", TRANSPORT, POST, "reception"),
    Door("ride:area", TRANSPORT, BOTH),
    # trains and other buses, figures
    Door("transit:figures", TRANSPORT, GET),
    Door("transit:figures_csv", TRANSPORT, GET),
    Door("transit:timetables", TRANSPORT, BOTH),
    Door("transit:timetable", TRANSPORT, GET, "timetable"),
    Door("transit:timetable_use", TRANSPORT, POST, "timetable"),
    Door("transit:timetable_end", TRANSPORT, POST, "timetable"),
    # programs of clients: each operation checks its token
    Door("api:api-root", TOKEN, GET),
    Door("api:openapi-json", TOKEN, GET),
    Door("api:me", TOKEN, GET),
    Door("api:orders", TOKEN, BOTH),
    Door("api:order", TOKEN, GET),
    Door("api:progress", TOKEN, GET),
    Door("api:deliveries", TOKEN, GET),
    Door("api:delivery_file", TOKEN, GET),
)
