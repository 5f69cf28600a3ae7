// SPDX-License-Identifier: Apache-2.0
// Names that the pages take for granted. They are declared only: the blocks of the pages are compiled, not run.
#pragma once
#include <tutti/tutti.hpp>

#include <iostream>
#include <string>
#include <vector>

extern const tutti::Dataset<tutti::Row<4>, tutti::Label<3>> flowers;                      // four measurements, three species
extern const tutti::Dataset<tutti::Row<8>, tutti::Real> houses;                           // eight facts, a price
extern const tutti::Dataset<tutti::Row<8>, tutti::Reals<2>> flats;                        // eight facts, a price and a rent
extern const tutti::Dataset<tutti::Image<1, 8, 8>, tutti::Label<10>> digits;              // 8-bit pictures
extern const tutti::Dataset<tutti::Row<tutti::Dynamic>, tutti::Label<tutti::Dynamic>> table;  // as wide as its file was

using Product = tutti::Record<tutti::Field<"picture", tutti::Image<3, 32, 32>>, tutti::Field<"facts", tutti::Row<5>>>;
extern const tutti::Dataset<Product, tutti::Label<20>> products;                          // a picture and five facts
extern const tutti::Dataset<tutti::Row<tutti::Dynamic>, tutti::Label<2>> people;          // categories and holes, two classes
extern const tutti::Dataset<tutti::Row<tutti::Dynamic>, tutti::Real> houses_by_town;      // numbers, categories of many towns, a price
extern const tutti::Dataset<tutti::Row<tutti::Dynamic>, tutti::Real> sales;               // dates, a number
