"""Enhancement, necrotic core, oedema; components followed over timepoints."""
