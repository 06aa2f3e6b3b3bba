"""The driver's tablet: roll call, check of the vehicle, the road with its passengers, cash and daily report."""
