"""Registration, resampling and contours to sub-voxel occupancy."""
