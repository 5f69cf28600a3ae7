// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/elementary.py; do not edit.
#pragma once

namespace tutti::kernel::detail {

/// The polynomials of elementary.hpp, lowest power first. ln2_high has so few digits that its products with exponents are exact.
template <class T> struct Coefficients;

template <> struct Coefficients<float> {
  // (e^r - 1 - r) / r^2 for |r| <= ln(2) / 2; off by at most 2^-28.3
  static constexpr float exp[] = {
      0.499999935f, 0.166665207f, 0.0416683867f, 0.00836870991f, 0.00138146538f};
  // (tanh(x) / x - 1) / x^2 in powers of x^2 for |x| <= 0.55; off by at most 2^-29.9
  static constexpr float tanh[] = {
      -0.333333180f, 0.133326017f, -0.0538538545f, 0.0210777447f, -0.00628245500f};
  // erf(x) / x - 1 in powers of x^2 for |x| <= 1; off by at most 2^-29.7
  static constexpr float erf[] = {
      0.128379166f, -0.376126271f, 0.112836002f, -0.0268544446f, 0.00518953455f, -0.000802082888f, 7.88906363e-5f};
  // erfc(x) e^(x^2) in powers of 1 / (x + erfc_pole) - erfc_centre for 1 <= x <= 4.0; off by at most 2^-30.1
  static constexpr float erfc[] = {
      0.271171077f, 0.977209839f, 0.482810898f, -0.411539697f, -0.204512699f, 0.439970480f};
  // (2 artanh(s) - 2 s) / s^3 in powers of s^2 for |s| <= (sqrt(2) - 1) / (sqrt(2) + 1); off by at most 2^-29.2
  static constexpr float log[] = {
      0.666667764f, 0.399775413f, 0.298717606f};
  static constexpr float erfc_pole = 1.00000000f;
  static constexpr float erfc_centre = 0.349609375f;
  static constexpr float erfc_most = 4.00000000f;
  static constexpr float tanh_edge = 0.550000000f;
  static constexpr float per_ln2 = 1.44269504f;
  static constexpr float ln2_high = 0.693115234f;
  static constexpr float ln2_low = 3.19461849e-5f;
};

template <> struct Coefficients<double> {
  // (e^r - 1 - r) / r^2 for |r| <= ln(2) / 2; off by at most 2^-57.9
  static constexpr double exp[] = {
      0.50000000000000106, 0.16666666666666413, 0.041666666666530265, 0.0083333333334943422, 0.0013888888943597938,
      0.00019841269506756229, 2.4801493136023472e-5, 2.7557586289394940e-6, 2.7630233958401644e-7, 2.5000064543492287e-8};
  // (tanh(x) / x - 1) / x^2 in powers of x^2 for |x| <= 0.55; off by at most 2^-55.5
  static constexpr double tanh[] = {
      -0.33333333333332351, 0.13333333333173737, -0.053968253878372643, 0.021869486026075743, -0.0088631951525612345,
      0.0035917246507684292, -0.0014532400640699193, 0.00057920309423088722, -0.00021040591034557045, 5.1090294923099396e-5};
  // erf(x) / x - 1 in powers of x^2 for |x| <= 1; off by at most 2^-57.0
  static constexpr double erf[] = {
      0.12837916709551257, -0.37612638903183547, 0.11283791670945253, -0.026866170643276218, 0.0052239776074234678,
      -0.00085483259896967580, 0.00012055295320494294, -1.4924744663335490e-5, 1.6447517677871874e-6, -1.6209175911748696e-7,
      1.3722976265924503e-8, -7.8011888740977516e-10};
  // erfc(x) e^(x^2) in powers of 1 / (x + erfc_pole) - erfc_centre for 1 <= x <= 6.0; off by at most 2^-60.7
  static constexpr double erfc[] = {
      0.22041921033780196, 1.5495572703070495, 3.5440889722215898, 4.9402386685314032, 1.6958020821374699,
      -6.5649984109219934, -5.8135114652250654, 14.813258813670196, 12.084146572667136, -48.615228231488292,
      -3.8756072927946335, 166.30714712568981, -212.13274074504509};
  // (2 artanh(s) - 2 s) / s^3 in powers of s^2 for |s| <= (sqrt(2) - 1) / (sqrt(2) + 1); off by at most 2^-58.5
  static constexpr double log[] = {
      0.66666666666667344, 0.39999999999414680, 0.28571428742388369, 0.22222198573071443, 0.18183564332605772,
      0.15314050379955124, 0.14795951469074200};
  static constexpr double erfc_pole = 2.0000000000000000;
  static constexpr double erfc_centre = 0.22851562500000000;
  static constexpr double erfc_most = 6.0000000000000000;
  static constexpr double tanh_edge = 0.55000000000000000;
  static constexpr double per_ln2 = 1.4426950408889634;
  static constexpr double ln2_high = 0.69314718055920821;
  static constexpr double ln2_low = 7.3710025651677989e-13;
};

}  // namespace tutti::kernel::detail
